package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.ActorBot;
import dev.nightdesk.queue.linear.schema.ExternalUser;
import dev.nightdesk.queue.linear.schema.User;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Marker;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Comments and authors as Linear gives them. */
final class LinearComments {
  private LinearComments() {}

  static Comment comment(dev.nightdesk.queue.linear.schema.Comment from, LinearSite site)
      throws QueueException {
    String id = LinearClient.need(from.getId(), "a comment's id");
    String body = LinearClient.need(from.getBody(), "a comment's text");
    Optional<Author> author = author(from.getUser(), from.getBotActor(), from.getExternalUser());
    boolean ours = author.map(Author::id).filter(site.viewer()::equals).isPresent();
    return new Comment(
        id,
        LinearClient.need(from.getIssueId(), "a comment's issue"),
        author,
        body,
        time(from.getCreatedAt())
            .orElseThrow(() -> LinearClient.nonsense("a comment without a time")),
        ours ? key(body, id) : Optional.empty());
  }

  /**
   * The key in a comment of ours. Linear turns Markdown into something else and back, which puts
   * backslashes before some characters; and with a personal key the worker and a person are the
   * same user, so the id has to be the one that we make from the key.
   */
  private static Optional<String> key(String body, String id) {
    return Marker.VISIBLE
        .keyIn(body.replace("\\", ""))
        .filter(key -> LinearIds.ofComment(key).equalsIgnoreCase(id));
  }

  /** Who wrote it; what a user's integration wrote counts as a bot's. */
  static Optional<Author> author(
      @Nullable User user, @Nullable ActorBot bot, @Nullable ExternalUser guest) {
    if (user != null && user.getId() != null) {
      boolean app = Boolean.TRUE.equals(user.getApp()) || bot != null;
      Optional<String> email = Optional.ofNullable(user.getEmail()).filter(text -> !text.isBlank());
      return Optional.of(new Author(user.getId(), email, name(user.getName()), app));
    }
    if (bot != null) {
      String id = bot.getId() == null ? "bot:" + bot.getType() : bot.getId();
      return Optional.of(new Author(id, Optional.empty(), name(bot.getName()), true));
    }
    if (guest != null && guest.getId() != null) {
      return Optional.of(new Author(guest.getId(), Optional.empty(), name(guest.getName()), false));
    }
    return Optional.empty();
  }

  private static String name(@Nullable String name) {
    return name == null ? "" : name;
  }

  static Optional<Instant> time(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }
}
