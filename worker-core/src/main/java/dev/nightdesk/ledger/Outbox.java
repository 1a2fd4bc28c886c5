package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/** Deliveries that are still to be written to a queue, and what was written by us. */
public final class Outbox {
  private final Database database;
  private final InstantSource clock;

  Outbox(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** {@code runId} is empty for a hold. */
  public record Pending(Entry entry, String runId, int tries, Instant createdAt) {}

  /** An entry as columns; a body is dropped once it is delivered. */
  private record Columned(String kind, String body, String extra) {}

  /** Notes what a run wrote with its claim, and what is to be written now. */
  static void add(
      Handle handle, RunTicket ticket, List<Receipt> claimed, List<Entry> entries, Instant now) {
    Additions additions = new Additions(handle, ticket.key(), now);
    claimed.forEach(additions::written);
    entries.forEach(entry -> additions.add(entry, ticket.runId()));
    additions.make();
  }

  /** What is to be written without a run. */
  static void add(Handle handle, TaskKey key, List<Entry> entries, Instant now) {
    Additions additions = new Additions(handle, key, now);
    entries.forEach(entry -> additions.add(entry, ""));
    additions.make();
  }

  /** New rows, all in one statement. */
  private static final class Additions {
    private static final Columned CLAIM = new Columned("CLAIM", "", "");

    private final PreparedBatch batch;
    private final TaskKey key;
    private final Instant now;

    Additions(Handle handle, TaskKey key, Instant now) {
      this.key = key;
      this.now = now;
      this.batch =
          handle.prepareBatch(
              """
              insert into entry (entry_key, worker, task_id, run_id, kind, body, extra,
                created_at, done_at, remote_id)
              values (:key, :worker, :id, :run, :kind, :body, :extra, :now, :done, :remote)
              on conflict (entry_key) do nothing\
              """);
    }

    void add(Entry entry, String runId) {
      add(entry.key(), runId, columned(entry), Optional.empty(), Optional.empty());
    }

    void written(Receipt receipt) {
      add(receipt.key(), "", CLAIM, Optional.of(now), receipt.remoteId());
    }

    private void add(
        String entryKey,
        String runId,
        Columned columned,
        Optional<Instant> done,
        Optional<String> remoteId) {
      batch
          .bind("key", entryKey)
          .bind("worker", key.worker())
          .bind("id", key.id())
          .bind("run", runId)
          .bind("kind", columned.kind())
          .bind("body", Columns.text(columned.body()))
          .bind("extra", Columns.text(columned.extra()))
          .bind("now", now)
          .bind("done", Columns.time(done))
          .bind("remote", remoteId)
          .add();
    }

    void make() {
      if (batch.size() > 0) {
        batch.execute();
      }
    }
  }

  private static Columned columned(Entry entry) {
    return switch (entry) {
      case Entry.Note note -> new Columned("NOTE", note.body(), note.whereWhole());
      case Entry.Move move -> new Columned("MOVE", move.to().name(), "");
      case Entry.Link link -> new Columned("LINK", link.target().toString(), link.title());
    };
  }

  /** What is not delivered yet, in its order. */
  public List<Pending> pending(TaskKey key) {
    return database.each(handle ->
        handle
            .createQuery(
                "select * from entry where worker = :worker and task_id = :id"
                    + " and done_at is null order by seq")
            .bind("worker", key.worker())
            .bind("id", key.id())
            .map(Outbox::toPending)
            .list());
  }

  private static Pending toPending(ResultSet row, StatementContext context) throws SQLException {
    String key = row.getString("entry_key");
    String body = row.getString("body");
    String extra = row.getString("extra");
    Entry entry =
        switch (row.getString("kind")) {
          case "NOTE" -> new Entry.Note(key, body, extra);
          case "MOVE" -> new Entry.Move(key, Standing.valueOf(body));
          default -> new Entry.Link(key, URI.create(body), extra);
        };
    return new Pending(
        entry, row.getString("run_id"), row.getInt("tries"), Columns.knownTime(row, "created_at"));
  }

  /** These stand in the queue now. */
  public void delivered(TaskKey key, List<Receipt> receipts) {
    Instant now = Columns.time(clock.instant());
    database.loosely(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              """
              update entry set done_at = :now, remote_id = :remote, body = ''
              where entry_key = :key and worker = :worker and task_id = :id\
              """);
      for (Receipt receipt : receipts) {
        batch
            .bind("key", receipt.key())
            .bind("worker", key.worker())
            .bind("id", key.id())
            .bind("remote", receipt.remoteId())
            .bind("now", now)
            .add();
      }
      return batch.execute();
    });
  }

  /** They are tried again later. */
  public void failed(TaskKey key, String why) {
    change(key, why, "tries = tries + 1");
  }

  /** They will never be delivered; their texts stay, for a person to look at. */
  public void drop(TaskKey key, String why) {
    change(key, why, "done_at = :now");
  }

  private void change(TaskKey key, String why, String what) {
    database.loosely(handle ->
        handle
            .createUpdate(
                "update entry set problem = :why, "
                    + what
                    + " where worker = :worker and task_id = :id and done_at is null")
            .bind("worker", key.worker())
            .bind("id", key.id())
            .bind("why", Columns.text(why))
            .bind("now", Columns.time(clock.instant()))
            .execute());
  }

  /** Tasks with something to deliver and no execution that will do it. */
  public List<TaskKey> due(String worker) {
    return database.each(handle ->
        handle
            .createQuery(
                """
                select distinct task_id from entry
                where worker = :worker and done_at is null
                  and not exists (select 1 from scheduled_tasks
                    where task_name = entry.worker and task_instance = entry.task_id)\
                """)
            .bind("worker", worker)
            .map((row, context) -> new TaskKey(worker, row.getString("task_id")))
            .list());
  }

  /** Whether a comment with this id is one of ours. */
  public boolean wrote(String worker, String remoteId) {
    return database.each(handle ->
        handle
            .createQuery(
                "select 1 from entry where worker = :worker and remote_id = :remote limit 1")
            .bind("worker", worker)
            .bind("remote", remoteId)
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }
}
