package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Stepwise;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Tasks in an Airtable table. */
final class AirtableQueue implements TaskQueue {
  private final AirtableClient client;
  private final AirtableBoard board;
  private final AirtablePolls polls;
  private final Stepwise claims;
  private final Stepwise deliveries;

  AirtableQueue(AirtableClient client, InstantSource clock) {
    this.client = client;
    OwnComments own = new OwnComments();
    this.board = new AirtableBoard(client, own, false);
    this.polls = new AirtablePolls(client, board, own, clock);
    this.claims = new Stepwise(board);
    this.deliveries = new Stepwise(new AirtableBoard(client, own, true));
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return polls.poll(cursor);
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return board.find(id);
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    return since.isPresent() ? board.commentsSince(id, since.get()) : board.comments(id);
  }

  @Override
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    try {
      return claims.claim(id, entries);
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.GONE) {
        return new Claim.Gone();
      }
      throw e;
    }
  }

  @Override
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    return deliveries.deliver(id, entries);
  }

  /** Who is a member of the base, the service tells only to enterprises. */
  @Override
  public boolean belongs(Author author, Circle circle) throws QueueException, InterruptedException {
    return circle == Circle.OWNER && client.base().me().equals(author.id());
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    if (!task.labels().isEmpty()) {
      throw QueueException.fixSettings("Tasks in Airtable have no labels: leave --label out.");
    }
    return client.base().with(layout -> client.create(layout, fields(layout, task)));
  }

  private static ObjectNode fields(Layout layout, NewTask task) throws QueueException {
    ObjectNode fields = Json.object();
    fields.put(layout.field(Column.TITLE).id(), task.title());
    fields.put(layout.field(Column.STATUS).id(), layout.names().status(Standing.READY));
    if (!task.description().isEmpty()) {
      fields.put(named(layout, Column.DESCRIPTION).id(), task.description());
    }
    if (task.priority() > 0) {
      Layout.Field field = named(layout, Column.PRIORITY);
      if (field.choices().isEmpty()) {
        fields.put(field.id(), Math.min(task.priority(), field.most()));
      } else {
        int at = Math.max(0, field.choices().size() - task.priority());
        fields.put(field.id(), field.choices().get(at));
      }
    }
    return fields;
  }

  private static Layout.Field named(Layout layout, Column column) throws QueueException {
    return layout
        .find(column)
        .orElseThrow(() ->
            QueueException.fixSettings(
                "There is no field for that: name one in " + column.settingName() + "."));
  }

  @Override
  public List<Finding> check() throws InterruptedException {
    return new AirtableCheckup(client).findings();
  }

  @Override
  public void close() {
    client.close();
  }
}
