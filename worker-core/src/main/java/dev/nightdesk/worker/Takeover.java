package dev.nightdesk.worker;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.Phase;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.RunStatus;
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
    return List.of(note(run, Remarks.lost(run.runId())), move(run, Standing.READY));
  }

  private Entry note(RunRow run, String text) {
    String whole = Remarks.whole(run.runId(), run.host());
    return office.redaction().note(Remarks.lostKey(run.runId()), text, whole);
  }

  private static Entry move(RunRow run, Standing to) {
    return new Entry.Move("run-" + run.runId() + "-to-" + to, to);
  }

  /** Whether the dead worker got as far as to mark the task, which it could not note any more. */
  private boolean isClaimed(RunRow run) throws QueueException, InterruptedException {
    return written(run).contains(Remarks.workingKey(run.runId()));
  }

  /**
   * Undoes what a run claimed only after it was taken over: the network may keep a request for as
   * long as it is cut, and a service may take its time. True if that was so.
   */
  boolean undoLateClaim(RunRow run) throws QueueException, InterruptedException {
    return undo(run, written(run));
  }

  /** The same where it came when all was done. */
  void undoLateClaims(TaskRow row) throws QueueException, InterruptedException {
    String id = row.key().id();
    if (!row.state().hasEnded()
        || queue.find(id).filter(task -> task.standing() == Standing.WORKING).isEmpty()) {
      return;
    }
    Set<String> written = keys(queue.comments(id, Optional.empty()));
    for (String key : written) {
      Optional<RunRow> lost =
          Remarks.runOfWorkingKey(key)
              .flatMap(ledger.runs()::find)
              .filter(run -> run.status().equals(Optional.of(RunStatus.LOST)));
      if (lost.isPresent()) {
        undo(lost.get(), written);
      }
    }
  }

  /** The task is then again what it is in the ledger, where somebody else may be at work on it. */
  private boolean undo(RunRow run, Set<String> written)
      throws QueueException, InterruptedException {
    TaskState state = ledger.tasks().find(run.key()).map(TaskRow::state).orElse(TaskState.AWAY);
    if (!written.contains(Remarks.workingKey(run.runId()))
        || written.contains(Remarks.lostKey(run.runId()))
        || state == TaskState.AWAY) {
      return false;
    }
    queue.deliver(run.key().id(), undoing(run, state));
    log.warn("undid a late claim run_id={} task_id={}", run.runId(), run.key().id());
    return true;
  }

  private List<Entry> undoing(RunRow run, TaskState state) {
    Entry late = note(run, Remarks.late(run.runId()));
    return switch (state) {
      case READY -> interruption(run);
      case RUNNING -> List.of(late);
      case REVIEW -> List.of(late, move(run, Standing.REVIEW));
      case FAILED -> List.of(late, move(run, Standing.FAILED));
      case HELD -> List.of(late, move(run, Standing.HELD));
      case AWAY -> List.of();
    };
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
    return keys(queue.comments(run.key().id(), Optional.of(run.startedAt().minus(SLACK))));
  }

  private static Set<String> keys(List<Comment> comments) {
    return comments.stream().flatMap(comment -> comment.key().stream()).collect(Collectors.toSet());
  }
}
