package dev.nightdesk.worker;

import dev.nightdesk.gate.Applicant;
import dev.nightdesk.gate.Applicant.Approved;
import dev.nightdesk.gate.Decision;
import dev.nightdesk.gate.Decision.Elsewhere;
import dev.nightdesk.gate.Decision.Go;
import dev.nightdesk.gate.Decision.Hold;
import dev.nightdesk.gate.Decision.Wait;
import dev.nightdesk.gate.Gate;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.ledger.Tasks;
import dev.nightdesk.ledger.Tasks.Debtor;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's life: deliver what is owed, take over what was lost, find, gate, claim, and then the
 * {@link Run} with its verdict, deliveries and record. The thread that is here is the task's one
 * owner on all machines.
 */
final class Life {
  private static final Logger log = LoggerFactory.getLogger(Life.class);
  private static final Duration QUEUE_PAUSE = Duration.ofSeconds(30);
  private static final int CLAIM_TRIES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WorkerSpec spec;
  private final TaskQueue queue;
  private final Tasks tasks;
  private final Runs runs;
  private final Gate gate;
  private final Trust trust;
  private final Parts parts;
  private final Redaction redaction;
  private final InstantSource clock;

  Life(WorkerSpec spec, Office office, Gate gate, Parts parts) {
    this.spec = spec;
    this.queue = spec.queue();
    this.tasks = office.ledger().tasks();
    this.runs = office.ledger().runs();
    this.gate = gate;
    this.trust = new Trust(spec.authors(), spec.queue());
    this.parts = parts;
    this.redaction = office.redaction();
    this.clock = office.clock();
  }

  Next carry(TaskKey key, Pulse pulse) throws InterruptedException {
    return settle(key, row -> start(row, pulse));
  }

  /** Only what needs no agent; where more is to be done, that is due at once. */
  Next settle(TaskKey key) throws InterruptedException {
    return settle(key, row -> new Next.Again(clock.instant()));
  }

  /** What may be done with a task that owes nothing and is ready. */
  private interface Rest {
    Next of(TaskRow row) throws QueueException, InterruptedException;
  }

  private Next settle(TaskKey key, Rest rest) throws InterruptedException {
    parts.reached(Step.PICKED, key);
    try {
      Optional<Debtor> debtor = tasks.debtor(key);
      Optional<TaskRow> row = debtor.map(Debtor::row);
      if (debtor.isPresent() && debtor.get().owes()) {
        Optional<Next> undelivered = parts.deliveries().flush(key);
        if (undelivered.isPresent()) {
          return undelivered.get();
        }
        row = tasks.find(key);
      }
      if (row.isPresent() && row.get().state() == TaskState.RUNNING) {
        parts.takeover().takeOver(row.get());
        // The run may have been paid for and concluded, so that only its deliveries are left.
        Optional<Next> undelivered = parts.deliveries().flush(key);
        if (undelivered.isPresent()) {
          return undelivered.get();
        }
        row = tasks.find(key);
      }
      if (row.isEmpty() || row.get().state() != TaskState.READY) {
        if (row.isPresent()) {
          parts.takeover().undoLateClaims(row.get());
        }
        return new Next.Done();
      }
      return rest.of(row.get());
    } catch (QueueException e) {
      return queueFailed(key, e);
    }
  }

  private Next start(TaskRow row, Pulse pulse) throws QueueException, InterruptedException {
    TaskKey key = row.key();
    Optional<Task> found = queue.find(key.id());
    if (found.filter(task -> task.standing() == Standing.WORKING).isPresent() && undone(row)) {
      found = queue.find(key.id());
    }
    if (found.isEmpty() || found.get().standing() != Standing.READY) {
      tasks.away(
          key, found.isEmpty() ? "It is gone from the queue." : "It is no longer ready there.");
      return new Next.Done();
    }
    Task task = found.get();
    Applicant applicant =
        new Applicant(
            task,
            trust.objection(task.author()),
            spec.agentName(),
            new Approved(Approval.hash(task), spec.authors() instanceof Authors.Named));
    Decision decision = gate.mayStart(key, applicant, RunIds.next(clock.instant()));
    return switch (decision) {
      case Go go -> claimAndRun(row, task, go.ticket(), pulse);
      case Wait wait -> {
        tasks.postpone(key, redaction.conceal(wait.reason()), wait.until());
        yield new Next.Done();
      }
      case Elsewhere elsewhere -> new Next.Done(); // whoever may start it offers it again
      case Hold hold -> announce(row, hold);
    };
  }

  /** Whether it was a claim of our own that came too late, and is undone now. */
  private boolean undone(TaskRow row) throws QueueException, InterruptedException {
    Optional<RunRow> lost = lost(row);
    return lost.isPresent() && parts.takeover().undoLateClaim(lost.get());
  }

  private Optional<RunRow> lost(TaskRow row) {
    return row.lastRun()
        .flatMap(runs::find)
        .filter(run -> run.status().equals(Optional.of(RunStatus.LOST)));
  }

  private Next announce(TaskRow row, Hold hold) throws InterruptedException {
    String entry = "hold-" + UUID.randomUUID();
    boolean isNew =
        tasks.hold(
            row.key(),
            redaction.conceal(hold.reason()),
            hold.release(),
            List.of(
                redaction.note(entry, Remarks.gateHold(hold, row), "Cut here."),
                new Entry.Move(entry + "-to-HELD", Standing.HELD)));
    if (isNew) {
      log.info(
          "held task_id={} worker={} reason={}",
          row.key().id(),
          row.key().worker(),
          redaction.conceal(hold.reason()));
      parts.reports().held(row.key());
    }
    return parts.deliveries().flush(row.key()).orElse(new Next.Done());
  }

  private Next claimAndRun(TaskRow row, Task task, RunTicket ticket, Pulse pulse)
      throws InterruptedException {
    parts.reached(Step.BEGUN, row.key());
    Run run = new Run(spec, parts, row, task, new Run.Owned(ticket, pulse));
    parts.watch().add(run.live());
    try {
      Optional<Next> notOurs = claim(run, ticket, row);
      return notOurs.isPresent() ? notOurs.get() : run.carryOut();
    } finally {
      parts.watch().remove(run.live());
    }
  }

  /** Empty where the task is ours now. */
  private Optional<Next> claim(Run run, RunTicket ticket, TaskRow row) throws InterruptedException {
    String id = ticket.key().id();
    try {
      run.hears(trust.trusted(queue.comments(id, Optional.empty())));
    } catch (QueueException e) {
      release(ticket, TaskState.READY, e.getMessage());
      return Optional.of(queueFailed(ticket.key(), e));
    } catch (InterruptedException e) {
      release(ticket, TaskState.READY, "The worker was shut down.");
      throw e;
    }
    try {
      return switch (claim(ticket)) {
        case Claim.Taken taken -> {
          parts.reached(Step.CLAIMED, ticket.key());
          run.claimed(taken.receipts());
          yield Optional.empty();
        }
        case Claim.Refused refused -> Optional.of(refused(ticket, refused.why(), row));
        case Claim.Gone gone ->
            Optional.of(release(ticket, TaskState.AWAY, "It is gone from the queue."));
      };
    } catch (QueueException e) {
      return Optional.of(claimFailed(run, ticket, e));
    } catch (InterruptedException e) {
      return Optional.of(run.interrupted());
    }
  }

  /** An answer that got lost is asked for again: whether we hold the task must be known. */
  private Claim claim(RunTicket ticket) throws QueueException, InterruptedException {
    String runId = ticket.runId();
    Entry note =
        redaction.note(
            Remarks.workingKey(runId),
            Remarks.working(spec, ticket),
            Remarks.whole(runId, parts.host()));
    for (int tries = 1; ; tries++) {
      try {
        return queue.claim(ticket.key().id(), List.of(note));
      } catch (QueueException e) {
        boolean soon = e.after().orElse(Duration.ZERO).compareTo(PATIENCE) <= 0;
        if (e.kind() != QueueException.Kind.RETRY_LATER || tries == CLAIM_TRIES || !soon) {
          throw e;
        }
        Thread.sleep(Outage.heeded(e.after()).orElse(Duration.ofSeconds(1L << (tries - 1))));
      }
    }
  }

  private Next claimFailed(Run run, RunTicket ticket, QueueException e)
      throws InterruptedException {
    return switch (e.kind()) {
      case GONE -> release(ticket, TaskState.AWAY, "It is gone from the queue.");
      case FIX_SETTINGS -> {
        release(ticket, TaskState.READY, e.getMessage());
        yield queueFailed(ticket.key(), e);
      }
      case RETRY_LATER -> run.unclaimed(e);
    };
  }

  private Next release(RunTicket ticket, TaskState to, String why) {
    runs.release(ticket, to, Optional.of(redaction.conceal(why)), Optional.empty());
    return new Next.Done();
  }

  /** After a loss it may be the lost run's own claim that stands there, which a look will tell. */
  private Next refused(RunTicket ticket, String why, TaskRow row) {
    if (lost(row).isEmpty()) {
      return release(ticket, TaskState.AWAY, why);
    }
    Instant soon = clock.instant().plus(QUEUE_PAUSE);
    runs.release(ticket, TaskState.READY, Optional.of(redaction.conceal(why)), Optional.of(soon));
    return new Next.Done();
  }

  private Next queueFailed(TaskKey key, QueueException e) {
    Instant now = clock.instant();
    return switch (e.kind()) {
      case GONE -> {
        tasks.away(key, redaction.conceal(e.getMessage()));
        yield new Next.Done();
      }
      case FIX_SETTINGS -> {
        parts.alarm().holdWorker(Optional.of(key), e.getMessage());
        yield new Next.Again(now.plus(Judge.LONGEST));
      }
      case RETRY_LATER -> {
        log.warn(
            "queue failed task_id={} worker={} reason={}",
            key.id(),
            key.worker(),
            redaction.conceal(e.getMessage()));
        yield new Next.Again(now.plus(Outage.heeded(e.after()).orElse(QUEUE_PAUSE)));
      }
    };
  }
}
