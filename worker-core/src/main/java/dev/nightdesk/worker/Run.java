package dev.nightdesk.worker;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Outbox.Pending;
import dev.nightdesk.ledger.ReplacedException;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Task;
import dev.nightdesk.worker.Conclusions.Consequences;
import dev.nightdesk.worker.Verdict.Then;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, from the claimed task to its audit line: prepare, run, judge, conclude, record, tell.
 */
final class Run {
  private static final Logger log = LoggerFactory.getLogger(Run.class);

  private static final Duration CLAIM_PAUSE = Duration.ofSeconds(30);
  private static final long LEDGER_PAUSE_MILLIS = 500;
  private static final long LONGEST_LEDGER_PAUSE_MILLIS = 10_000;

  private final WorkerSpec spec;
  private final Parts parts;
  private final TaskRow row;
  private final Task task;
  private final RunTicket ticket;
  private final Pulse pulse;
  private final Meter meter;
  private final Live live;
  private final Workspaces workspaces;
  private final Engagement engagement;
  private Optional<Room> room = Optional.empty();
  private List<Comment> comments = List.of();
  private List<Receipt> claimed = List.of();

  /** The run as the ledger knows it, and the heartbeats by which it is ours. */
  record Owned(RunTicket ticket, Pulse pulse) {}

  Run(WorkerSpec spec, Parts parts, TaskRow row, Task task, Owned owned) {
    this.spec = spec;
    this.parts = parts;
    this.row = row;
    this.task = task;
    this.ticket = owned.ticket();
    this.pulse = owned.pulse();
    this.meter = new Meter(spec.limits(), System::nanoTime, this::note);
    this.live = new Live(ticket, task, meter, pulse);
    this.workspaces = new Workspaces(spec.surroundings().home());
    this.engagement = new Engagement(spec, parts, row, task, ticket);
  }

  Live live() {
    return live;
  }

  /** What the agent may read of what people said about the task, oldest first. */
  void hears(List<Comment> trusted) {
    comments = List.copyOf(trusted);
  }

  /**
   * What was written to the queue with the claim; the ledger keeps it when the run is concluded.
   */
  void claimed(List<Receipt> receipts) {
    claimed = List.copyOf(receipts);
  }

  /** The task is claimed: does it. */
  Next carryOut() throws InterruptedException {
    try {
      live.phase(Live.Phase.PREPARE);
      room = Optional.of(engagement.prepare(comments, pulse, meter));
      reached(Step.PREPARED);
      stopIfReplaced();
      live.phase(Live.Phase.AGENT);
      RunResult result = engagement.work(room.get(), pulse, meter);
      reached(Step.ENDED);
      live.phase(Live.Phase.VERDICT);
      Left left = engagement.left(room.get());
      return finish(evidence(result, left), handOver(judge(result, left), left));
    } catch (InterruptedIOException stopped) {
      return unbegun(judge(new RunResult.Stopped(""), Left.NOTHING));
    } catch (IOException e) {
      String reason = "The run cannot be prepared: " + Remarks.problem(e) + ".";
      return unbegun(new Verdict(RunStatus.ERROR, reason, "", new Then.WorkerHeld()));
    }
  }

  /**
   * What took long may have taken so long that somebody else goes on with the task, or is about to:
   * no agent starts but on a young heartbeat.
   */
  private void stopIfReplaced() throws InterruptedException {
    Timings timings = parts.office().timings();
    boolean sure = meter.sinceStart().compareTo(timings.heartbeat()) < 0;
    long giveUp = System.nanoTime() + timings.deadAfter().toNanos();
    while (!sure || !pulse.fresh()) {
      if (!runs().alive(ticket) || System.nanoTime() - giveUp > 0) {
        parts.takeover().leave(ticket);
        throw new ReplacedException(ticket.key());
      }
      sure = true;
      Thread.sleep(LEDGER_PAUSE_MILLIS);
    }
  }

  /** The queue does not say whether it took the claim. */
  Next unclaimed(QueueException e) throws InterruptedException {
    Duration pause = Outage.heeded(e.after()).orElse(CLAIM_PAUSE);
    String reason = "The queue did not confirm the claim: " + e.getMessage();
    return unbegun(new Verdict(RunStatus.ERROR, reason, "", new Then.Again(pause, false)));
  }

  /** The worker shuts down before the agent was started. */
  Next interrupted() throws InterruptedException {
    meter.stop(Meter.Stop.SHUTDOWN);
    return unbegun(judge(new RunResult.Stopped(""), Left.NOTHING));
  }

  /** Ends the run before its agent was started. */
  private Next unbegun(Verdict verdict) throws InterruptedException {
    return finish(evidence(new RunResult.Stopped(""), Left.NOTHING), verdict);
  }

  private Verdict judge(RunResult result, Left left) {
    return new Judge(spec.limits(), spec.expectations()).judge(result, meter, left);
  }

  /** Writes down what a later worker, or the settlement of a lost run, has to know. */
  private void note(Meter from, RunEvent event) {
    try {
      boolean ours =
          switch (event) {
            case RunEvent.ProcessStarted started -> started(started);
            case RunEvent.ModelCalled called -> spent(from);
            case RunEvent.Settled settled -> spent(from);
            default -> true;
          };
      if (!ours) {
        from.stop(Meter.Stop.CUT_OFF);
      }
    } catch (LedgerException unreachable) {
      log.warn("run_id={} {}", ticket.runId(), unreachable.getMessage());
    }
  }

  private boolean started(RunEvent.ProcessStarted process) {
    reached(Step.STARTED);
    boolean ours = runs().started(ticket, process.pid(), process.startedAt());
    reached(Step.JOURNALED);
    return ours;
  }

  private boolean spent(Meter from) {
    boolean ours = runs().spent(ticket, from.costUsd());
    reached(Step.SPENT);
    return ours;
  }

  private void reached(Step step) {
    parts.reached(step, ticket.key());
  }

  private Evidence evidence(RunResult result, Left left) {
    return new Evidence(row, task, ticket, claimed, meter, result, room, left, meter.sinceStart());
  }

  /** Keeps the result as a file, and copies what a good run left to the output folder. */
  private Verdict handOver(Verdict verdict, Left left) {
    try {
      Workspaces.write(
          room.orElseThrow().result(), parts.office().redaction().conceal(verdict.text()));
    } catch (IOException e) {
      log.warn("run_id={} its result is not kept: {}", ticket.runId(), Remarks.problem(e));
    }
    boolean good = verdict.status() == RunStatus.OK || verdict.status() == RunStatus.PARTIAL;
    if (!good) {
      return verdict;
    }
    Optional<Path> to = spec.surroundings().outputDirectory();
    try {
      workspaces.copyOut(room.orElseThrow(), left, spec.expectations().files(), to);
      return verdict;
    } catch (IOException e) {
      String problem = "Its files could not be copied: " + Remarks.problem(e) + ".";
      return new Verdict(
          RunStatus.PARTIAL,
          (verdict.reason() + " " + problem).strip(),
          verdict.text(),
          verdict.then());
    }
  }

  private Next finish(Evidence run, Verdict verdict) throws InterruptedException {
    Instant now = parts.office().clock().instant();
    String record = parts.records().of(run, verdict, now);
    Consequences what =
        new Conclusions(spec, parts.office().redaction(), parts.host())
            .of(run, verdict, record, now);
    if (room.isPresent()) {
      parts.kept().keep(ticket.runId(), what.conclusion());
      reached(Step.KEPT);
    }
    boolean atOnce = conclude(what.conclusion());
    reached(Step.CONCLUDED);
    hold(verdict);
    parts.journal().write(ticket.key(), ticket.runId(), record, !atOnce);
    report(run, verdict, what.conclusion());
    List<Pending> fresh =
        what.conclusion().entries().stream()
            .map(entry -> new Pending(entry, ticket.runId(), 0, now))
            .toList();
    return parts.deliveries().deliver(ticket.key(), fresh).orElse(what.next());
  }

  /** A paid run is not lost to a ledger that is away for a while. False if it was away. */
  private boolean conclude(Conclusion conclusion) throws InterruptedException {
    long pause = LEDGER_PAUSE_MILLIS;
    while (true) {
      try {
        if (!runs().conclude(ticket, conclusion)) {
          throw new ReplacedException(ticket.key());
        }
        return pause == LEDGER_PAUSE_MILLIS;
      } catch (LedgerException e) {
        if (pause == LEDGER_PAUSE_MILLIS) {
          log.warn("run_id={} cannot be concluded yet: {}", ticket.runId(), e.getMessage());
        }
        Thread.sleep(pause);
        pause = Math.min(pause * 2, LONGEST_LEDGER_PAUSE_MILLIS);
      }
    }
  }

  private void hold(Verdict verdict) {
    switch (verdict.then()) {
      case Then.WorkerHeld held ->
          parts.alarm().holdWorker(Optional.of(ticket.key()), verdict.reason());
      case Then.AccountHeld held ->
          parts
              .office()
              .ledger()
              .switches()
              .holdAccount(spec.name(), held.account(), held.until(), verdict.reason());
      default -> {}
    }
  }

  private void report(Evidence run, Verdict verdict, Conclusion conclusion) {
    log.info(
        "ended run_id={} task_id={} worker={} status={} next={} took_ms={} cost_usd={}",
        ticket.runId(),
        ticket.key().id(),
        spec.name(),
        verdict.status(),
        conclusion.next(),
        run.took().toMillis(),
        conclusion.costUsd());
    parts
        .reports()
        .ended(
            new Worker.Ended(
                ticket.key(),
                task.title(),
                ticket.runId(),
                verdict.status(),
                conclusion.reason(),
                run.took(),
                conclusion.costUsd(),
                conclusion.next()));
  }

  private Runs runs() {
    return parts.office().ledger().runs();
  }
}
