package dev.nightdesk.spi;

import java.util.List;
import java.util.Objects;

/**
 * A task to be put in a queue.
 *
 * @param title the title; never blank
 * @param description the text below it, possibly empty
 * @param labels labels to give it; a queue without labels refuses them with {@link
 *     QueueException.Kind#FIX_SETTINGS}
 * @param priority higher is more urgent, 0 is none
 */
public record NewTask(String title, String description, List<String> labels, int priority) {
  public NewTask {
    if (title.isBlank()) {
      throw new IllegalArgumentException("a task needs a title");
    }
    Objects.requireNonNull(description);
    labels = List.copyOf(labels);
  }
}
