package dev.nightdesk.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The answer to one poll. A failed or truncated listing is never a {@code Poll} but an exception:
 * an absent task means that the task is gone.
 *
 * @param tasks every open task ({@code whole}), or those that changed since the cursor, closed ones
 *     included; most urgent first as far as the service can. A task whose blockers changed counts
 *     as changed. An open task that carries {@link Task#STOP_LABEL} is always among them, as {@link
 *     Standing#HELD} where it would not be this worker's otherwise
 * @param comments comments written since the cursor, ours included; empty in a first poll and where
 *     the queue cannot tell cheaply
 * @param whole whether {@code tasks} is the complete list of open tasks
 * @param cursor what to give to the next poll; empty where every poll is whole
 */
public record Poll(
    List<Task> tasks, List<Comment> comments, boolean whole, Optional<String> cursor) {
  public Poll {
    tasks = List.copyOf(tasks);
    comments = List.copyOf(comments);
    Objects.requireNonNull(cursor);
  }
}
