package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Runs.Hold;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.RunStatus;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The transaction in which a run ends: every change asks whether its epoch still holds. */
final class Ending {
  private static final String MINE =
      " where worker = :worker and id = :id and epoch = :epoch and exists"
          + " (select 1 from run where run_id = :run and phase <> 'ENDED')";

  /** What was reserved for the run is free again. */
  private static final String SETTLE =
      ", reserved = reserved - (select reserved from run where run_id = :run)";

  private final Handle handle;
  private final Self self;
  private final Instant now;

  Ending(Handle handle, Self self, Instant now) {
    this.handle = handle;
    this.self = self;
    this.now = now;
  }

  /** The task's run that never ended. */
  static Optional<RunRow> unended(Handle handle, TaskKey key) {
    return handle
        .createQuery(
            "select * from run where worker = :worker and task_id = :id and phase <> 'ENDED'"
                + " order by epoch desc limit 1")
        .bind("worker", key.worker())
        .bind("id", key.id())
        .map(Columns::run)
        .findOne();
  }

  boolean conclude(RunTicket ticket, Conclusion conclusion) {
    long cost = Columns.millionths(conclusion.costUsd());
    boolean retried = conclusion.next() == TaskState.READY;
    Update update =
        ours(
            """
            update task set state = :next, attempts = attempts - :forgiven, crashes = 0,
              model_failures = case when :modelFailed then model_failures + 1 else 0 end,
              next_cause = case when :retried then 'RETRY' else next_cause end,
              not_before = :notBefore, backoff = :backoff, wait_reason = :waitReason,
              hold_reason = :holdReason, hold_release = :holdRelease, session = :session,
              spent = spent + :cost\
            """
                + SETTLE,
            ticket);
    int changed =
        update
            .bind("next", conclusion.next())
            .bind("forgiven", conclusion.charged() ? 0 : 1)
            .bind("modelFailed", conclusion.modelFailed())
            .bind("retried", retried)
            .bind("notBefore", Columns.time(conclusion.notBefore()))
            .bind("backoff", retried && conclusion.notBefore().isPresent())
            .bind("waitReason", Columns.text(conclusion.waitReason()))
            .bind("holdReason", Columns.text(conclusion.hold().map(Hold::reason)))
            .bind("holdRelease", Columns.text(conclusion.hold().map(Hold::release)))
            .bind("session", Columns.text(conclusion.session()))
            .bind("cost", cost)
            .execute();
    if (changed == 0) {
      return concluded(ticket, conclusion);
    }
    close(ticket.runId(), conclusion.status(), conclusion.reason(), cost, conclusion.recordJson());
    Outbox.add(handle, ticket, conclusion.claimed(), conclusion.entries(), now);
    return true;
  }

  /** Whether exactly this was done before, by a transaction whose answer was lost on the way. */
  private boolean concluded(RunTicket ticket, Conclusion conclusion) {
    return handle
        .createQuery(
            """
            select 1 from run where run_id = :run and phase = 'ENDED' and owner = :owner
              and record = :record and exists (select 1 from task
                where worker = :worker and id = :id and epoch = :epoch)\
            """)
        .bind("run", ticket.runId())
        .bind("owner", self.name())
        .bind("record", Columns.text(conclusion.recordJson()))
        .bind("worker", ticket.key().worker())
        .bind("id", ticket.key().id())
        .bind("epoch", ticket.epoch())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Not where it was concluded already: whoever did that also records it. */
  boolean recover(RunRow run, Conclusion conclusion) {
    if (unended(handle, run.key()).filter(one -> one.runId().equals(run.runId())).isEmpty()) {
      return false;
    }
    RunTicket ticket =
        new RunTicket(
            run.runId(), run.key(), run.epoch(), run.attempt(), run.cause(), run.startedAt());
    boolean concluded = conclude(ticket, conclusion);
    if (concluded) {
      fence(run);
    }
    return concluded;
  }

  /** From now on nothing more can be done with the ticket of this run. */
  void fence(RunRow run) {
    handle
        .createUpdate("update task set epoch = epoch + 1 where worker = :worker and id = :id")
        .bind("worker", run.key().worker())
        .bind("id", run.key().id())
        .execute();
  }

  boolean release(
      RunTicket ticket, TaskState next, Optional<String> waitReason, Optional<Instant> notBefore) {
    int changed =
        ours(
                """
                update task set state = :next, attempts = attempts - 1, runs = runs - 1,
                  wait_reason = :waitReason, not_before = :notBefore,
                  last_run = (select run_id from run where worker = :worker and task_id = :id
                    and run_id <> :run order by epoch desc limit 1)\
                """
                    + SETTLE,
                ticket)
            .bind("next", next)
            .bind("waitReason", Columns.text(waitReason))
            .bind("notBefore", Columns.time(notBefore))
            .execute();
    if (changed > 0) {
      handle
          .createUpdate("delete from run where run_id = :run")
          .bind("run", ticket.runId())
          .execute();
    }
    return changed > 0;
  }

  /** The epoch rises here already, so that the old worker is out before a new run begins. */
  void lose(RunRow run, String record) {
    handle
        .createUpdate(
            """
            update task set state = case when state = 'RUNNING' then 'READY' else state end,
              next_cause = 'TAKEOVER', crashes = crashes + 1,
              epoch = epoch + 1, not_before = null, backoff = false, wait_reason = null,
              spent = spent + :cost\
            """
                + SETTLE
                + " where worker = :worker and id = :id")
        .bind("worker", run.key().worker())
        .bind("id", run.key().id())
        .bind("run", run.runId())
        .bind("cost", Columns.millionths(run.costUsd()))
        .execute();
    close(
        run.runId(),
        RunStatus.LOST,
        "Its worker died or was cut off.",
        Columns.millionths(run.costUsd()),
        record);
  }

  private Update ours(String change, RunTicket ticket) {
    return handle
        .createUpdate(change + MINE)
        .bind("worker", ticket.key().worker())
        .bind("id", ticket.key().id())
        .bind("epoch", ticket.epoch())
        .bind("run", ticket.runId());
  }

  /** Whoever ends it writes its audit line. */
  private void close(String runId, RunStatus status, String reason, long cost, String record) {
    handle
        .createUpdate(
            """
            update run set phase = 'ENDED', ended_at = :now, status = :status, reason = :reason,
              cost = :cost, record = :record, owner = :owner, home_id = :home
            where run_id = :run\
            """)
        .bind("now", now)
        .bind("status", status)
        .bind("reason", Columns.text(reason))
        .bind("cost", cost)
        .bind("record", Columns.text(record))
        .bind("owner", self.name())
        .bind("home", self.homeId())
        .bind("run", runId)
        .execute();
  }
}
