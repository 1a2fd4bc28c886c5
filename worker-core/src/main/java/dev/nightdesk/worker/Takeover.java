package dev.nightdesk.worker;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.Phase;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.toolkit.Leftovers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the run of a worker that died, here or elsewhere, and puts its task back on the list. */
final class Takeover {
  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  /** How far a service's clock may be behind ours. */
  private static final Duration SLACK = Duration.ofMinutes(10);

  private final TaskQueue queue;
  private final Ledger ledger;
  private final Records records;
  private final Journal journal;
  private final Kept kept;
  private final Step.Listener steps;
  private final InstantSource clock;
  private final Office office;

  Takeover(TaskQueue queue, Records records, Journal journal, Kept kept, Office office) {
    this.office = office;
    this.queue = queue;
    this.ledger = office.ledger();
    this.records = records;
    this.journal = journal;
    this.kept = kept;
    this.steps = office.steps();
    this.clock = office.clock();
  }

  /**
   * First of all its worker, which may only have slept, is kept from changing anything. Then the
   * queue: a crash in between is repeated as a whole, and there every entry is written once. What
   * its process left on this machine is ended before that.
   */
  void takeOver(TaskRow row) throws QueueException, InterruptedException {
    Optional<RunRow> last = row.lastRun().flatMap(ledger.runs()::find);
    if (last.isPresent()) {
      endLeftovers(last.get());
      if (concludes(last.get())) {
        return;
      }
    }
    Optional<RunRow> unended = ledger.runs().fence(row.key());
    if (unended.isEmpty()) {
      return;
    }
    boolean gone = !putBack(unended.get());
    steps.reached(Step.PUT_BACK, row.key());
    ledger
        .runs()
        .lost(row.key(), run -> records.lost(row, run, clock.instant()))
        .ifPresent(run -> {
          log.warn(
              "lost run_id={} task_id={} worker={} of={}",
              run.runId(),
              row.key().id(),
              row.key().worker(),
              run.host());
          steps.reached(Step.LOST, row.key());
          journal.write(row.key(), run.runId(), records.lost(row, run, clock.instant()));
        });
    if (gone) {
      ledger.tasks().away(row.key(), "It is gone from the queue, or was moved.");
    }
  }

  /** True where the run had come to its conclusion in this home, and only the ledger lacks it. */
  private boolean concludes(RunRow run) {
    Optional<Conclusion> conclusion = isHere(run) ? kept.of(run.runId()) : Optional.empty();
    if (conclusion.isEmpty() || !ledger.runs().recover(run, conclusion.get())) {
      return false;
    }
    log.info(
        "recovered run_id={} task_id={} worker={}",
        run.runId(),
        run.key().id(),
        run.key().worker());
    journal.write(run.key(), run.runId(), conclusion.get().recordJson());
    return true;
  }

  private boolean isHere(RunRow run) {
    return run.homeId().equals(ledger.homeId()) && run.host().equals(ledger.host());
  }

  /** Ends what a dead process of this home left running. */
  void endLeftovers(RunRow run) {
    if (isHere(run) && run.pid().isPresent() && run.pidStartedAt().isPresent()) {
      if (Leftovers.end(run.pid().get(), run.pidStartedAt().get())) {
        log.warn("ended what run_id={} left running", run.runId());
      }
    }
  }

  /** False if the task is not there any more. */
  private boolean putBack(RunRow run) throws QueueException, InterruptedException {
    String id = run.key().id();
    if (run.phase() == Phase.INTENDED && !isClaimed(run)) {
      return true;
    }
    String key = "run-" + run.runId();
    try {
      queue.deliver(
          id,
          List.of(
              office
                  .redaction()
                  .note(
                      key + "-lost",
                      Remarks.lost(run.runId()),
                      Remarks.whole(run.runId(), run.host())),
              new Entry.Move(key + "-to-READY", Standing.READY)));
      return true;
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.GONE) {
        return false;
      }
      throw e;
    }
  }

  /** Whether the dead worker got as far as to mark the task, which it could not note any more. */
  private boolean isClaimed(RunRow run) throws QueueException, InterruptedException {
    String written = Remarks.workingKey(run.runId());
    return queue.comments(run.key().id(), Optional.of(run.startedAt().minus(SLACK))).stream()
        .anyMatch(comment -> comment.key().equals(Optional.of(written)));
  }
}
