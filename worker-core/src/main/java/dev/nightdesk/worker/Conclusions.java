package dev.nightdesk.worker;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs.Hold;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.worker.Verdict.Then;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a verdict means for the task: its next state, what is written on it, when it goes on. */
final class Conclusions {
  /** How often in a row the model may be away before that counts as a failed attempt. */
  static final int MODEL_FAILURES = 5;

  private final WorkerSpec spec;
  private final Redaction redaction;
  private final String host;

  Conclusions(WorkerSpec spec, Redaction redaction, String host) {
    this.spec = spec;
    this.redaction = redaction;
    this.host = host;
  }

  /**
   * A verdict's consequences.
   *
   * @param conclusion what the ledger stores in one transaction
   * @param next what becomes of the execution
   */
  record Consequences(Conclusion conclusion, Next next) {}

  /** Where a task goes, and what is said about that. */
  private record Course(
      TaskState state,
      Optional<Instant> at,
      String outlook,
      Optional<Hold> hold,
      boolean charged,
      boolean resumable) {

    static Course to(TaskState state, String outlook) {
      return new Course(state, Optional.empty(), outlook, Optional.empty(), true, true);
    }

    static Course back(Optional<Instant> at, String outlook, boolean charged) {
      return new Course(TaskState.READY, at, outlook, Optional.empty(), charged, !charged);
    }
  }

  Consequences of(Evidence run, Verdict verdict, String recordJson, Instant now) {
    Course course = course(run, verdict, now);
    boolean modelFailed = verdict.then() instanceof Then.Again again && again.modelFailed();
    Optional<String> session =
        course.resumable()
            ? run.meter().introduced().session().or(run.row()::session)
            : Optional.empty();
    Conclusion conclusion =
        new Conclusion(
            verdict.status(),
            redaction.conceal(verdict.reason()),
            course.state(),
            course.at(),
            course.at().map(at -> redaction.conceal(verdict.reason())),
            course.hold(),
            course.charged(),
            modelFailed,
            run.meter().costUsd(),
            session,
            run.claimed(),
            entries(run, verdict, course),
            recordJson);
    Next next =
        course.state() == TaskState.READY
            ? new Next.Again(course.at().orElse(now))
            : new Next.Done();
    return new Consequences(conclusion, next);
  }

  private Course course(Evidence run, Verdict verdict, Instant now) {
    return switch (verdict.then()) {
      case Then.Review review -> Course.to(TaskState.REVIEW, "");
      case Then.Failed failed -> failed(run, now);
      case Then.Held held ->
          new Course(
              TaskState.HELD,
              Optional.empty(),
              Remarks.held(held.release(), run.ticket().key()),
              Optional.of(
                  new Hold(redaction.conceal(verdict.reason()), held.release(), Optional.empty())),
              true,
              true);
      case Then.Again again -> again(run, again, now);
      case Then.WorkerHeld held ->
          Course.back(
              Optional.empty(),
              "The worker waits until a person has repaired this. No attempt was charged.",
              false);
      case Then.AccountHeld held ->
          Course.back(
              held.until(),
              held.until()
                  .map(at -> "It goes on at about " + Remarks.time(at) + ".")
                  .orElse("It goes on when the account can be used again."),
              false);
      case Then.Away away -> Course.to(TaskState.AWAY, "");
    };
  }

  private Course failed(Evidence run, Instant now) {
    int attempt = run.ticket().attempt();
    int of = spec.bounds().maxAttempts();
    if (attempt >= of) {
      return Course.to(TaskState.FAILED, Remarks.givenUp(attempt));
    }
    Instant at = now.plus(Judge.backoff(attempt));
    return Course.back(Optional.of(at), Remarks.retry(attempt, of, at), true);
  }

  private Course again(Evidence run, Then.Again again, Instant now) {
    if (!again.modelFailed()) {
      Optional<Instant> at = Optional.of(again.after()).filter(Duration::isPositive).map(now::plus);
      String outlook = at.map(Remarks::again).orElse(Remarks.goesOn(run.meter().stopped()));
      return Course.back(at, outlook, false);
    }
    int before = run.row().modelFailures();
    if (before >= MODEL_FAILURES) {
      return failed(run, now);
    }
    Duration pause = again.after().multipliedBy(1L << before);
    Instant at = now.plus(pause.compareTo(Judge.LONGEST) > 0 ? Judge.LONGEST : pause);
    return Course.back(Optional.of(at), Remarks.again(at), false);
  }

  private List<Entry> entries(Evidence run, Verdict verdict, Course course) {
    return switch (course.state()) {
      case AWAY, RUNNING -> List.of();
      case REVIEW -> entries(Standing.REVIEW, run, verdict, course);
      case FAILED -> entries(Standing.FAILED, run, verdict, course);
      case HELD -> entries(Standing.HELD, run, verdict, course);
      case READY -> entries(Standing.READY, run, verdict, course);
    };
  }

  private List<Entry> entries(Standing to, Evidence run, Verdict verdict, Course course) {
    String runId = run.ticket().runId();
    String where =
        run.room().map(room -> host + ":" + room.workspace()).orElse("its workspace on " + host);
    String end =
        Remarks.paragraphs(
            course.outlook(),
            Remarks.left(run.left().files(), where),
            Remarks.changes(run.left().changes(), host),
            Remarks.spent(run.took(), run.meter().used(), run.meter().costUsd(), runId));
    String body = Remarks.paragraphs(Remarks.first(verdict), verdict.text(), end);
    // Where the service is too small for all of it, what follows the result must still be read.
    String cut = Remarks.paragraphs(Remarks.whole(runId, host), end);
    return List.of(
        redaction.note("run-" + runId + "-result", body, cut),
        new Entry.Move("run-" + runId + "-to-" + to.name(), to));
  }
}
