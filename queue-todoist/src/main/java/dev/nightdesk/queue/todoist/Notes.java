package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Marker;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What comments look like: ours end with their key, and on a recurring task with the occurrence.
 */
final class Notes {
  /** Todoist's own limit. */
  private static final int LONGEST = 15_000;

  private static final Pattern OCCURRENCE =
      Pattern.compile(
          "\\n\\nFor the occurrence of (\\S{1,40})\\.\\n\\n\\(nightdesk [^\\n]*\\)\\s*$");

  private Notes() {}

  /** The comment that an entry becomes. */
  static String sign(String text, String key, String whereWhole, Optional<String> round) {
    String line = round.map("\n\nFor the occurrence of %s."::formatted).orElse("");
    String signed =
        Marker.VISIBLE.sign(
            TodoistClient.storable(text),
            key,
            LONGEST - line.length(),
            TodoistClient.storable(whereWhole));
    int end = signed.lastIndexOf("\n\n");
    return signed.substring(0, end) + line + signed.substring(end);
  }

  /** Which occurrence a comment of ours was about. */
  static Optional<String> round(Comment comment) {
    Matcher found = OCCURRENCE.matcher(comment.body());
    return comment.key().isPresent() && found.find()
        ? Optional.of(found.group(1))
        : Optional.empty();
  }

  /** A comment as it came; what was attached to it follows as a link. */
  static Comment read(JsonNode note, String task, Account account)
      throws QueueException, InterruptedException {
    Optional<Author> author = account.author(note, "posted_uid");
    String text = note.path("content").asText("");
    boolean own = author.filter(account.me()::equals).isPresent();
    return new Comment(
        Json.text(note, "id"),
        task,
        author,
        text + attachment(note.path("file_attachment")),
        Json.time(note, "posted_at").orElse(Instant.EPOCH),
        own ? Marker.VISIBLE.keyIn(text) : Optional.empty());
  }

  private static String attachment(JsonNode file) {
    return Json.find(file, "file_url")
        .map(url -> "\n\nAttached: " + Json.find(file, "file_name").orElse("a file") + ", " + url)
        .orElse("");
  }
}
