package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What was seen already of that which is to be looked at again. Not for sharing. */
final class Sight {
  private final Map<String, Mark> issues = new HashMap<>();
  private final Map<String, Instant> comments = new HashMap<>();
  private Instant newest = Instant.MIN;
  private boolean heard;

  /** Times are whole seconds, so the words count too. */
  private record Mark(UUID words, Instant changed) {}

  /** One that knows as much, and may learn more. */
  Sight copy() {
    Sight copy = new Sight();
    copy.issues.putAll(issues);
    copy.comments.putAll(comments);
    copy.newest = newest;
    copy.heard = heard;
    return copy;
  }

  /** Answers whether it was not known as it is. */
  boolean isNew(JsonNode issue) throws QueueException {
    Instant changed =
        Json.time(issue, "updated_at")
            .orElseThrow(() -> QueueException.retryLater("GitHub gave an issue without a time."));
    UUID words = UUID.nameUUIDFromBytes(issue.toString().getBytes(StandardCharsets.UTF_8));
    Mark mark = new Mark(words, changed);
    newest = changed.isAfter(newest) ? changed : newest;
    return !mark.equals(issues.put(GitHubIssues.number(issue), mark));
  }

  boolean isNew(Comment comment) {
    return comments.put(comment.id(), comment.createdAt()) == null;
  }

  /** When the latest change was. */
  Instant newest() {
    return newest;
  }

  /** Whether comments were asked for at all. */
  boolean heard() {
    return heard;
  }

  void hears() {
    heard = true;
  }

  /** Forgets what will not be looked at again. */
  Sight since(Instant time) {
    issues.values().removeIf(mark -> mark.changed().isBefore(time));
    comments.values().removeIf(written -> written.isBefore(time));
    return this;
  }
}
