package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The picture of every queue, and what is to happen with each task. */
public final class Tasks {
  private final Database database;
  private final InstantSource clock;

  Tasks(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Stores a poll. Returns the tasks that ended here although the queue says that they are ready:
   * the poll may be older than our last write, so ask the queue again before a {@link #reset}.
   *
   * @param since the cursor that the ledger had when the poll was asked for
   * @return empty, and nothing is stored, where somebody else stored a poll meanwhile
   */
  public Optional<List<TaskKey>> see(String worker, Poll poll, Optional<String> since) {
    return database.together(handle -> {
      database.takeTurn(handle, "see", worker);
      if (!cursorIn(handle, worker).equals(since)) {
        return Optional.empty();
      }
      List<TaskKey> returned = new Sight(handle, worker, now()).compare(poll);
      StopTasks.see(handle, worker, poll, now());
      if (!poll.cursor().equals(since)) {
        saveCursor(handle, worker, poll.cursor());
      }
      return Optional.of(returned);
    });
  }

  private static void saveCursor(Handle handle, String worker, Optional<String> cursor) {
    handle
        .createUpdate(
            cursor.isEmpty()
                ? "delete from worker where name = :worker"
                : """
                insert into worker (name, poll_cursor) values (:worker, :cursor)
                on conflict (name) do update set poll_cursor = excluded.poll_cursor\
                """)
        .bind("worker", worker)
        .bind("cursor", cursor)
        .execute();
  }

  /** Where the last {@link #see} got to. */
  public Optional<String> cursor(String worker) {
    return database.each(handle -> cursorIn(handle, worker));
  }

  private static Optional<String> cursorIn(Handle handle, String worker) {
    return handle
        .createQuery("select poll_cursor from worker where name = :worker")
        .bind("worker", worker)
        .mapTo(String.class)
        .findOne();
  }

  /** What can be carried now and is not yet offered to anybody; most urgent first. */
  public List<TaskRow> ready(String worker, int limit) {
    return database.each(handle ->
        handle
            .createQuery(
                """
                select * from task
                where worker = :worker and state = 'READY'
                  and (not_before is null or not_before <= :now)
                  and not exists (select 1 from scheduled_tasks
                    where task_name = task.worker and task_instance = task.id)
                order by priority desc, due is null, due, created_at is null, created_at, id
                limit :limit\
                """)
            .bind("worker", worker)
            .bind("now", now())
            .bind("limit", limit)
            .map(Columns::task)
            .list());
  }

  public Optional<TaskRow> find(TaskKey key) {
    return database.each(handle ->
        handle
            .createQuery("select * from task where worker = :worker and id = :id")
            .bind("worker", key.worker())
            .bind("id", key.id())
            .map(Columns::task)
            .findOne());
  }

  /** The audit records of the task's runs that have ended. */
  public List<String> records(TaskKey key) {
    return database.each(handle ->
        handle
            .createQuery(
                "select record from run where worker = :worker and task_id = :id"
                    + " and record is not null order by started_at")
            .bind("worker", key.worker())
            .bind("id", key.id())
            .mapTo(String.class)
            .list());
  }

  /** A task, and whether something is still to be written to it. */
  public record Debtor(TaskRow row, boolean owes) {}

  /** The same, with the outbox looked into on the way. */
  public Optional<Debtor> debtor(TaskKey key) {
    return database.each(handle ->
        handle
            .createQuery(
                """
                select task.*, exists (select 1 from entry where worker = task.worker
                  and task_id = task.id and done_at is null) as owes
                from task where worker = :worker and id = :id\
                """)
            .bind("worker", key.worker())
            .bind("id", key.id())
            .map((row, context) -> new Debtor(Columns.task(row, context), row.getBoolean("owes")))
            .findOne());
  }

  /** What runs first, then what is ready by its urgency, then what waits for a person. */
  public List<TaskRow> list(Optional<String> worker, boolean finishedToo, int limit) {
    return database.each(handle ->
        handle
            .createQuery(
                "select * from task where"
                    + (worker.isPresent() ? " worker = :worker" : " 1 = 1")
                    + (finishedToo ? "" : " and state not in ('REVIEW', 'AWAY')")
                    + """
                     order by case state when 'RUNNING' then 0 when 'READY' then 1
                       when 'HELD' then 2 when 'FAILED' then 3 when 'REVIEW' then 4 else 5 end,
                       priority desc, due is null, due, created_at is null, created_at, worker, id
                     limit :limit\
                    """)
            .bind("worker", worker)
            .bind("limit", limit)
            .map(Columns::task)
            .list());
  }

  /** Waits, unless it is not ready any more. */
  public void postpone(TaskKey key, String reason, Instant until) {
    change(
        key,
        """
        update task set wait_reason = :reason, not_before = :until,
          backoff = backoff and coalesce(not_before = :until, false)
        where worker = :worker and id = :id and state = 'READY'\
        """,
        reason,
        Columns.time(until));
  }

  /** False if it is held for the same reason already, so that a hold is announced once. */
  public boolean hold(TaskKey key, String reason, String release, List<Entry> entries) {
    return database.together(handle -> {
      int held =
          handle
              .createUpdate(
                  """
                  update task set state = 'HELD', hold_reason = :reason,
                    hold_release = :release, wait_reason = null, not_before = null,
                    backoff = false
                  where worker = :worker and id = :id
                    and (state <> 'HELD' or hold_reason <> :reason)\
                  """)
              .bind("worker", key.worker())
              .bind("id", key.id())
              .bind("reason", Columns.text(reason))
              .bind("release", Columns.text(release))
              .execute();
      if (held > 0) {
        Outbox.add(handle, key, entries, now());
      }
      return held > 0;
    });
  }

  /** A person made it ready again: everything counts from now. A run that is on goes on. */
  public void reset(TaskKey key, Cause cause, boolean keepSession) {
    reset(key, cause, keepSession, Optional.empty());
  }

  /** The same, unless a run began since that row was read: whoever asks may have slept since. */
  public void startOver(TaskRow read) {
    reset(read.key(), Cause.MANUAL, false, Optional.of(read.epoch()));
  }

  private void reset(TaskKey key, Cause cause, boolean keepSession, Optional<Long> epoch) {
    database.together(handle -> {
      handle
          .createUpdate(
              Sight.RENEW
                  + ", window_from = :now, session = case when :keep then session end"
                  + " where worker = :worker and id = :id"
                  + (epoch.isPresent() ? " and epoch = :epoch" : ""))
          .bind("worker", key.worker())
          .bind("id", key.id())
          .bind("state", TaskState.READY)
          .bind("cause", cause)
          .bind("keep", keepSession)
          .bind("epoch", epoch)
          .bind("now", now())
          .execute();
      hasten(handle, key, now());
      return key;
    });
  }

  /**
   * A trusted person replied on a finished task. What loops through replies is still a loop.
   *
   * @param back makes it ready in the queue; its key tells one reply from another
   * @return false if nothing has ended there, or this reply was acted on before
   */
  public boolean reply(TaskKey key, Entry.Move back) {
    return database.together(handle -> {
      int renewed =
          handle
              .createUpdate(
                  Sight.RENEW
                      + " where worker = :worker and id = :id"
                      + " and state in ('REVIEW', 'FAILED', 'HELD')"
                      + " and not exists (select 1 from entry where entry_key = :back)")
              .bind("worker", key.worker())
              .bind("id", key.id())
              .bind("state", TaskState.READY)
              .bind("cause", Cause.REPLY)
              .bind("back", back.key())
              .execute();
      if (renewed > 0) {
        Outbox.add(handle, key, List.of(back), now());
        hasten(handle, key, now());
      }
      return renewed > 0;
    });
  }

  /** The queue does not have it for us any more. */
  public void away(TaskKey key, String why) {
    change(
        key,
        """
        update task set state = 'AWAY', wait_reason = :reason, not_before = :until, backoff = false
        where worker = :worker and id = :id\
        """,
        why,
        null);
  }

  private void change(TaskKey key, String sql, String reason, @Nullable Instant until) {
    database.each(handle ->
        handle
            .createUpdate(sql)
            .bind("worker", key.worker())
            .bind("id", key.id())
            .bind("reason", Columns.text(reason))
            .bind("until", until)
            .execute());
  }

  private static void hasten(Handle handle, TaskKey key, Instant now) {
    handle
        .createUpdate(Sight.HASTEN)
        .bind("worker", key.worker())
        .bind("id", key.id())
        .bind("now", now)
        .execute();
  }

  private Instant now() {
    return Columns.time(clock.instant());
  }
}
