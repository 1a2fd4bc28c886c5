package dev.nightdesk.worker;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.Phase;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
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
import java.util.Set;
import java.util.stream.Collectors;
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
          journal.write(row.key(), run.runId(), records.lost(row, run, clock.instant()), false);
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
    journal.write(run.key(), run.runId(), conclusion.get().recordJson(), false);
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
    try {
      queue.deliver(id, interruption(run));
      return true;
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.GONE) {
        return false;
      }
      throw e;
    }
  }

  private List<Entry> interruption(RunRow run) {
    return List.of(
        office
            .redaction()
            .note(
                Remarks.lostKey(run.runId()),
                Remarks.lost(run.runId()),
                Remarks.whole(run.runId(), run.host())),
        new Entry.Move("run-" + run.runId() + "-to-READY", Standing.READY));
  }

  /** Whether the dead worker got as far as to mark the task, which it could not note any more. */
  private boolean isClaimed(RunRow run) throws QueueException, InterruptedException {
    return written(run).contains(Remarks.workingKey(run.runId()));
  }

  /**
   * Puts a task back that a run claimed only after it was taken over: the network may keep a
   * request for as long as it is cut, and a service may take its time. True if that was so.
   */
  boolean undoLateClaim(RunRow run) throws QueueException, InterruptedException {
    Set<String> written = written(run);
    if (!written.contains(Remarks.workingKey(run.runId()))
        || written.contains(Remarks.lostKey(run.runId()))) {
      return false;
    }
    queue.deliver(run.key().id(), interruption(run));
    log.warn("undid a late claim run_id={} task_id={}", run.runId(), run.key().id());
    return true;
  }

  /** Undoes the claim of a run of ours that was replaced. */
  void leave(RunTicket ticket) throws InterruptedException {
    try {
      undoLateClaim(ledger.runs().find(ticket.runId()).orElseThrow());
    } catch (QueueException e) {
      log.warn("run_id={} its claim stays for now: {}", ticket.runId(), e.getMessage());
    }
  }

  private Set<String> written(RunRow run) throws QueueException, InterruptedException {
    return queue.comments(run.key().id(), Optional.of(run.startedAt().minus(SLACK))).stream()
        .flatMap(comment -> comment.key().stream())
        .collect(Collectors.toSet());
  }
}
