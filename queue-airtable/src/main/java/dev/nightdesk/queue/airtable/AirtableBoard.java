package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.TextLimit;
import dev.nightdesk.toolkit.http.Board;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Marker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Single reads and writes of records and their comments. For any thread. */
final class AirtableBoard implements Board {
  /** The service names no limit; what is longer is no pleasure to read beside a table. */
  static final int LONGEST_COMMENT = 10_000;

  static final int LONGEST_FIELD = 100_000;

  private static final Pattern ID = Pattern.compile("rec[A-Za-z0-9]{14}");
  private static final Duration LAG = Duration.ofSeconds(60);

  private final AirtableClient client;
  private final OwnComments own;
  private final boolean withResult;

  /** {@code withResult}: notes go to the result field too, where there is one. */
  AirtableBoard(AirtableClient client, OwnComments own, boolean withResult) {
    this.client = client;
    this.own = own;
    this.withResult = withResult;
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    return client
        .base()
        .with(layout -> {
          Optional<Row> row = client.record(layout, id);
          return row.isEmpty()
              ? Optional.<Task>empty()
              : Optional.of(row.get().with(blockers(layout, row.get().blockedBy())));
        });
  }

  /** Those of the linked records that are open, in the order of the links. */
  private List<Blocker> blockers(Layout layout, List<String> ids)
      throws QueueException, InterruptedException, StaleLayoutException {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<Blocker> open = new ArrayList<>();
    String formula = Formula.both(Formula.isAmong(ids), layout.isOpen());
    for (Row blocker : client.list(layout, formula).rows()) {
      open.add(new Blocker(blocker.id(), blocker.task().title()));
    }
    open.sort(Comparator.comparingInt(blocker -> ids.indexOf(blocker.id())));
    return open;
  }

  @Override
  public List<Comment> comments(String id) throws QueueException, InterruptedException {
    return comments(id, newest -> false);
  }

  /** What was written at that time or later; the rest of the pages is left out. */
  List<Comment> commentsSince(String id, Instant since)
      throws QueueException, InterruptedException {
    List<Comment> all =
        comments(
            id,
            newest ->
                !newest.isEmpty() && comment(id, newest.getLast(), "").createdAt().isBefore(since));
    return all.stream().filter(comment -> !comment.createdAt().isBefore(since)).toList();
  }

  /** The newest comments, so many. */
  List<Comment> newestComments(String id, int many) throws QueueException, InterruptedException {
    List<Comment> all = comments(id, newest -> newest.size() >= many);
    return all.subList(Math.max(0, all.size() - many), all.size());
  }

  private List<Comment> comments(String id, AirtableClient.Enough enough)
      throws QueueException, InterruptedException {
    if (!ID.matcher(id).matches()) {
      throw AirtableClient.gone();
    }
    String me = client.base().me();
    List<Comment> comments = new ArrayList<>();
    for (JsonNode one : client.base().with(layout -> client.comments(layout, id, enough))) {
      comments.add(comment(id, one, me));
    }
    // Newest first, and a listing may repeat one that moved to the next page.
    return comments.reversed().stream()
        .distinct()
        .sorted(Comparator.comparing(Comment::createdAt))
        .toList();
  }

  private static Comment comment(String id, JsonNode one, String me) throws QueueException {
    String body = Json.find(one, "text").orElse("");
    Optional<Author> author = Rows.author(one.path("author"));
    boolean ours = author.filter(by -> by.id().equals(me)).isPresent();
    Instant at =
        Json.time(one, "createdTime")
            .orElseThrow(
                () -> QueueException.retryLater("Airtable's answer lacks a comment's time."));
    Optional<String> key = ours ? Marker.VISIBLE.keyIn(body) : Optional.empty();
    return new Comment(Json.text(one, "id"), id, author, body, at, key);
  }

  @Override
  public String write(String id, Entry entry) throws QueueException, InterruptedException {
    return client
        .base()
        .with(layout ->
            switch (entry) {
              case Entry.Note note -> write(layout, id, note);
              case Entry.Link link ->
                  comment(layout, id, link.key(), link.title() + ": " + link.target(), "");
              case Entry.Move move -> throw new IllegalArgumentException("a move is no comment");
            });
  }

  private String write(Layout layout, String id, Entry.Note note)
      throws QueueException, InterruptedException, StaleLayoutException {
    Optional<Layout.Field> result = layout.find(Column.RESULT).filter(field -> withResult);
    if (result.isEmpty()) {
      return comment(layout, id, note.key(), note.body(), note.whereWhole());
    }
    String body = clean(note.body());
    String kept = TextLimit.toCharacters(body, LONGEST_FIELD, "\n\n" + note.whereWhole());
    client.change(layout, id, Json.object().put(result.get().id(), kept));
    String whereWhole =
        kept.equals(body)
            ? "The whole text is in the field \"" + result.get().name() + "\"."
            : note.whereWhole();
    return comment(layout, id, note.key(), body, whereWhole);
  }

  private String comment(Layout layout, String id, String key, String body, String whereWhole)
      throws QueueException, InterruptedException, StaleLayoutException {
    String text = Marker.VISIBLE.sign(clean(body), key, LONGEST_COMMENT, whereWhole);
    return own.counted(id, () -> client.comment(layout, id, text));
  }

  /** No service stores a NUL. */
  private static String clean(String text) {
    return text.replace("\0", "");
  }

  @Override
  public void move(String id, Standing to) throws QueueException, InterruptedException {
    String status = client.base().names().status(to);
    client
        .base()
        .with(layout -> {
          // As late as can be: a person's word since then would be overwritten.
          Row row = client.record(layout, id).orElseThrow(AirtableClient::gone);
          if (row.task().standing() == Standing.CLOSED) {
            throw AirtableClient.gone();
          }
          return row.status().equals(Optional.of(status)) || set(layout, id, status);
        });
  }

  private boolean set(Layout layout, String id, String status)
      throws QueueException, InterruptedException, StaleLayoutException {
    ObjectNode fields = Json.object().put(layout.field(Column.STATUS).id(), status);
    Row now = client.change(layout, id, fields);
    if (!now.status().equals(Optional.of(status))) {
      throw QueueException.retryLater(
          "The status was set to '%s' and did not stay so; does an automation change it?"
              .formatted(status));
    }
    return true;
  }

  @Override
  public Duration lag() {
    return LAG;
  }
}
