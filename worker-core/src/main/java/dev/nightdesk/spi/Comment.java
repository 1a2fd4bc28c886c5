package dev.nightdesk.spi;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A comment on a task.
 *
 * @param id the queue's id of the comment
 * @param taskId the task it is on
 * @param author who wrote it; empty where the service does not say
 * @param body its text as stored
 * @param createdAt when it was written
 * @param key the {@link Entry#key() key} of the entry that made it, where it is one of ours
 */
public record Comment(
    String id,
    String taskId,
    Optional<Author> author,
    String body,
    Instant createdAt,
    Optional<String> key) {
  public Comment {
    Objects.requireNonNull(id);
    Objects.requireNonNull(taskId);
    Objects.requireNonNull(author);
    Objects.requireNonNull(body);
    Objects.requireNonNull(createdAt);
    Objects.requireNonNull(key);
  }
}
