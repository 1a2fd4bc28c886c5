package dev.nightdesk.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A task that a test's person puts in a queue.
 *
 * @param title of any length, with any character
 * @param description the text below it
 * @param priority higher is more urgent, 0 is none
 * @param due when it should be done
 * @param labels the labels it carries
 * @param blockedBy ids of tasks in the same queue that come first
 */
public record Draft(
    String title,
    String description,
    int priority,
    Optional<Instant> due,
    List<String> labels,
    List<String> blockedBy) {

  public Draft {
    Objects.requireNonNull(title);
    Objects.requireNonNull(description);
    Objects.requireNonNull(due);
    labels = List.copyOf(labels);
    blockedBy = List.copyOf(blockedBy);
  }

  /** A task with nothing but a title. */
  public static Draft of(String title) {
    return new Draft(title, "", 0, Optional.empty(), List.of(), List.of());
  }

  /** The same with a text below the title. */
  public Draft description(String text) {
    return new Draft(title, text, priority, due, labels, blockedBy);
  }

  /** The same with a priority. */
  public Draft priority(int higherIsMoreUrgent) {
    return new Draft(title, description, higherIsMoreUrgent, due, labels, blockedBy);
  }

  /** The same with a date. */
  public Draft due(Instant time) {
    return new Draft(title, description, priority, Optional.of(time), labels, blockedBy);
  }

  /** The same with these labels. */
  public Draft labels(String... names) {
    return new Draft(title, description, priority, due, List.of(names), blockedBy);
  }

  /** The same, waiting for other tasks. */
  public Draft blockedBy(String... ids) {
    return new Draft(title, description, priority, due, labels, List.of(ids));
  }
}
