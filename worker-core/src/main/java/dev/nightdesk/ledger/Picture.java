package dev.nightdesk.ledger;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Task;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;

/** What the ledger remembers of a polled task, to know whether a person has changed it. */
final class Picture {
  private final MessageDigest digest = sha256();

  /** A number for everything of a task that a person can change but where it stands. */
  long of(Task task) {
    Stream.of(
            task.title(),
            task.description(),
            task.priority(),
            task.due(),
            task.labels(),
            task.author().map(Author::id),
            task.blockers(),
            task.url(),
            task.links(),
            task.createdAt(),
            task.updatedAt())
        .map(String::valueOf)
        .forEach(part -> {
          digest.update(part.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
        });
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
