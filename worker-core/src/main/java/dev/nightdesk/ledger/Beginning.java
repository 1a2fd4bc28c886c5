package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Runs.Facts;
import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.Runs.RunTicket;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The transaction in which a run may begin; the task's row is locked for as long as it lasts. */
final class Beginning implements Runs.Start {
  private static final Duration WINDOW = Duration.ofHours(24);

  private final Database database;
  private final Handle handle;
  private final Self self;
  private final Instant now;
  private final Owned owned;
  private @Nullable Facts facts;

  /** The task, with what else the decision needs: all of it in one look. */
  private record Owned(
      TaskRow task,
      BigDecimal committed,
      int runsInWindow,
      Optional<String> approved,
      boolean switched) {}

  Beginning(Database database, Handle handle, Self self, Instant now, TaskKey key) {
    this.database = database;
    this.handle = handle;
    this.self = self;
    this.now = now;
    this.owned = own(database, handle, key, now);
  }

  /**
   * Locks the task. A thread that carries an execution must still own it: it may have been frozen
   * since it was given the task, and replaced.
   */
  private static Owned own(Database database, Handle handle, TaskKey key, Instant now) {
    Carried carried = Carried.of(key);
    return handle
        .createQuery(
            """
            select task.*,
              (select count(*) from scheduled_tasks where task_name = task.worker
                and task_instance = task.id and picked_by = :owner and version = :version) as mine,
              (select count(*) from run where worker = task.worker and task_id = task.id
                and started_at > :yesterday
                and (window_from is null or started_at > window_from)) as runs_in_window,
              (select content_hash from run where run_id = task.last_run) as approved,
              (select count(*) from switch)
                + (select count(*) from stop_task where worker = task.worker) as switches
            from task where worker = :worker and id = :id\
            """
                + database.forUpdate())
        .bind("worker", key.worker())
        .bind("id", key.id())
        .bind("owner", carried == null ? "" : carried.owner())
        .bind("version", carried == null ? 0 : carried.version())
        .bind("yesterday", now.minus(WINDOW))
        .map((row, context) -> {
          if (carried != null && row.getInt("mine") == 0) {
            throw new ReplacedException(key);
          }
          return new Owned(
              Columns.task(row, context),
              Columns.dollars(row.getLong("spent") + row.getLong("reserved")),
              row.getInt("runs_in_window"),
              Columns.text(row, "approved"),
              row.getInt("switches") > 0);
        })
        .findOne()
        .orElseThrow(() -> new IllegalArgumentException("the ledger does not know " + key));
  }

  /** Keeps the task to this transaction, and makes sure that it is ours to keep. */
  static void lock(Database database, Handle handle, TaskKey key, Instant now) {
    own(database, handle, key, now);
  }

  @Override
  public Facts facts() {
    if (facts == null) {
      TaskRow task = owned.task();
      Switches.InForce switches =
          owned.switched()
              ? Switches.inForce(handle, task.key().worker(), now)
              : Switches.InForce.NOTHING;
      facts =
          new Facts(
              task,
              switches.stopped(),
              switches.worker(),
              switches.account(),
              owned.runsInWindow(),
              owned.committed(),
              owned.approved(),
              this::thisMonth);
    }
    return facts;
  }

  /** Ended runs count what they cost, others what is reserved for them. */
  private Runs.Month thisMonth() {
    String worker = owned.task().key().worker();
    database.takeTurn(handle, "month", worker);
    return handle
        .createQuery(
            """
            select coalesce(sum(case when phase = 'ENDED' then cost else 0 end), 0) as spent,
              coalesce(sum(case when phase = 'ENDED' then 0 else reserved end), 0) as reserved
            from run where worker = :worker and month = :month\
            """)
        .bind("worker", worker)
        .bind("month", month())
        .map((row, context) ->
            new Runs.Month(
                Columns.dollars(row.getLong("spent")), Columns.dollars(row.getLong("reserved"))))
        .one();
  }

  /** The calendar month in UTC, e.g. 202611. */
  private int month() {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return today.getYear() * 100 + today.getMonthValue();
  }

  @Override
  public RunTicket begin(NewRun run) {
    TaskRow task = owned.task();
    if (task.state() == TaskState.RUNNING) {
      throw new IllegalStateException(
          task.key() + " has a run that was never ended: lose it first");
    }
    RunTicket ticket =
        new RunTicket(
            run.runId(), task.key(), task.epoch() + 1, task.attempts() + 1, run.cause(), now);
    long reserved = Columns.millionths(run.reserveUsd());
    raise(ticket, reserved);
    insert(ticket, run, reserved);
    return ticket;
  }

  private void raise(RunTicket ticket, long reserved) {
    handle
        .createUpdate(
            """
            update task set state = 'RUNNING', epoch = :epoch, attempts = :attempt,
              runs = runs + 1, last_run = :run, reserved = reserved + :reserved,
              not_before = null, backoff = false, wait_reason = null, hold_reason = null,
              hold_release = null
            where worker = :worker and id = :id\
            """)
        .bind("epoch", ticket.epoch())
        .bind("attempt", ticket.attempt())
        .bind("run", ticket.runId())
        .bind("reserved", reserved)
        .bind("worker", ticket.key().worker())
        .bind("id", ticket.key().id())
        .execute();
  }

  private void insert(RunTicket ticket, NewRun run, long reserved) {
    handle
        .createUpdate(
            """
            insert into run (run_id, worker, task_id, epoch, attempt, cause, agent, content_hash,
              phase, owner, host, home_id, started_at, month, reserved)
            values (:run, :worker, :id, :epoch, :attempt, :cause, :agent, :hash,
              'INTENDED', :owner, :host, :home, :now, :month, :reserved)\
            """)
        .bind("run", ticket.runId())
        .bind("worker", ticket.key().worker())
        .bind("id", ticket.key().id())
        .bind("epoch", ticket.epoch())
        .bind("attempt", ticket.attempt())
        .bind("cause", ticket.cause())
        .bind("agent", run.agent())
        .bind("hash", run.contentHash())
        .bind("owner", self.name())
        .bind("host", self.host())
        .bind("home", self.homeId())
        .bind("now", now)
        .bind("month", month())
        .bind("reserved", reserved)
        .execute();
  }
}
