package dev.nightdesk.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Forgets what nothing needs any more: tasks that are gone from their queue, with their runs and
 * deliveries, once the last of these is old; and old alerts. What is open, in review, unrecorded,
 * undelivered or of this month's budget stays.
 */
public final class Pruning {
  private static final int CHUNK = 200;

  private static final String STALE =
      """
      from task where state = 'AWAY'
        and not exists (select 1 from run where run.worker = task.worker and run.task_id = task.id
          and (phase <> 'ENDED' or recorded = false or ended_at >= :before or month >= :month))
        and not exists (select 1 from entry where entry.worker = task.worker
          and entry.task_id = task.id and (done_at is null or done_at >= :before))
        and not exists (select 1 from scheduled_tasks
          where task_name = task.worker and task_instance = task.id)\
      """;

  private final Database database;
  private final InstantSource clock;

  Pruning(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** How many tasks would be forgotten. */
  public int old(Instant before) {
    return database.each(handle ->
        bound(handle.createQuery("select count(*) " + STALE), before).mapTo(Integer.class).one());
  }

  /** Forgets them, a few at a time, so that nobody waits for long. */
  public int forget(Instant before) {
    int forgotten = 0;
    for (int last = CHUNK; last == CHUNK; forgotten += last) {
      last = database.together(handle -> forgetSome(handle, before));
    }
    return forgotten;
  }

  public int forgetAlerts(Instant before) {
    return database.each(handle ->
        handle
            .createUpdate("delete from alert where raised_at < :before")
            .bind("before", Columns.time(before))
            .execute());
  }

  private int forgetSome(Handle handle, Instant before) {
    List<TaskKey> keys =
        bound(handle.createQuery("select worker, id " + STALE + " limit " + CHUNK), before)
            .map((row, context) -> new TaskKey(row.getString("worker"), row.getString("id")))
            .list();
    for (TaskKey key : keys) {
      // Whoever brings it back at this moment has changed its state, and it stays.
      boolean gone = delete(handle, "task where state = 'AWAY' and id", key) > 0;
      if (gone) {
        delete(handle, "entry where task_id", key);
        delete(handle, "run where task_id", key);
      }
    }
    return keys.size();
  }

  private static int delete(Handle handle, String what, TaskKey key) {
    return handle
        .createUpdate("delete from " + what + " = :id and worker = :worker")
        .bind("id", key.id())
        .bind("worker", key.worker())
        .execute();
  }

  private Query bound(Query query, Instant before) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return query
        .bind("before", Columns.time(before))
        .bind("month", today.getYear() * 100 + today.getMonthValue());
  }
}
