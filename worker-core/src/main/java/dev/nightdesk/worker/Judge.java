package dev.nightdesk.worker;

import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failed;
import dev.nightdesk.spi.RunResult.Finished;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.worker.Verdict.Then;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import java.time.Duration;
import java.util.List;

/** Turns evidence into a verdict. "Cannot tell" is never "done". */
final class Judge {
  /** No pause between two tries is longer. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration MODEL_PAUSE = Duration.ofSeconds(30);
  private static final String REPLY = "Reply on this task to go on from here.";

  private final RunLimits limits;
  private final Expectations expectations;

  Judge(RunLimits limits, Expectations expectations) {
    this.limits = limits;
    this.expectations = expectations;
  }

  /**
   * @param left what the run left in its workspace
   */
  Verdict judge(RunResult result, Meter meter, Workspaces.Left left) {
    if (meter.stopped().filter(Judge::isAboutTheTask).isPresent()) {
      return stopped(result.text(), meter); // whatever the agent could still do in that moment
    }
    return switch (result) {
      case Finished finished -> finished(finished, meter.denials(), left);
      case Failed failed -> failed(failed, meter);
      case RunResult.AccountLimited limited ->
          new Verdict(
              RunStatus.ERROR,
              "The agent's account has reached its limit.",
              limited.text(),
              new Then.AccountHeld(limited.account(), limited.until()));
      case RunResult.Stopped stopped -> stopped(stopped.text(), meter);
    };
  }

  private static boolean isAboutTheTask(Meter.Stop why) {
    return why == Meter.Stop.TASK_CLOSED || why == Meter.Stop.TASK_EDITED;
  }

  private Verdict finished(Finished finished, List<String> denials, Workspaces.Left left) {
    StatusLine line = StatusLine.of(finished.text());
    RunStatus declared = line.declared().orElse(RunStatus.OK);
    String text = line.text();
    if (line.declared().isEmpty() && expectations.requireStatus() && !text.isEmpty()) {
      return new Verdict(
          RunStatus.INCOMPLETE,
          "The result does not end with the status line that this worker requires.",
          text,
          new Then.Failed());
    }
    return switch (declared) {
      case OK, PARTIAL -> done(declared, line, denials, left);
      case EMPTY ->
          new Verdict(RunStatus.EMPTY, "The agent found nothing to do.", text, new Then.Review());
      case INCOMPLETE -> onPurpose(declared, "The agent says that it could not finish.", text);
      case TOO_LARGE -> onPurpose(declared, "The agent says that the task is too large.", text);
      case UNEXPECTED_INPUT ->
          onPurpose(declared, "The agent says that the task is not what it expects.", text);
      case TOOL_FAILED -> onPurpose(declared, "The agent says that a tool it needs failed.", text);
      default ->
          new Verdict(RunStatus.ERROR, "The agent says that it failed.", text, new Then.Failed());
    };
  }

  private Verdict done(
      RunStatus declared, StatusLine line, List<String> denials, Workspaces.Left left) {
    String text = line.text();
    boolean spoke = line.declared().isPresent();
    if (text.isEmpty() && (!spoke || left.files().isEmpty())) {
      return new Verdict(
          RunStatus.EMPTY, "The agent ended without an answer.", text, new Then.Failed());
    }
    StringBuilder lacking = new StringBuilder();
    if (!left.missing().isEmpty()) {
      lacking.append("Missing: ").append(String.join(", ", left.missing())).append(". ");
    }
    if (!denials.isEmpty()) {
      lacking.append("Not allowed: ").append(String.join(", ", denials)).append(". ");
    }
    if (lacking.isEmpty() && declared == RunStatus.OK) {
      return new Verdict(RunStatus.OK, "", text, new Then.Review());
    }
    String reason =
        lacking.isEmpty() ? "The agent says that it is done in part." : lacking.toString().strip();
    return new Verdict(RunStatus.PARTIAL, reason, text, new Then.Review());
  }

  private static Verdict onPurpose(RunStatus status, String reason, String text) {
    return new Verdict(
        status,
        reason,
        text,
        new Then.Held("Change the task, or reply on it, so that the agent can do it."));
  }

  private Verdict failed(Failed failed, Meter meter) {
    if (meter.stopped().isPresent()) {
      return stopped(failed.text(), meter);
    }
    String reason = failed.reason();
    Then then =
        switch (failed.failure()) {
          case AGENT_FAILED, UNREADABLE_OUTPUT, SESSION_LOST -> new Then.Failed();
          case CANNOT_START, MODEL_REFUSES_US -> new Then.WorkerHeld();
          case MODEL_UNAVAILABLE -> new Then.Again(MODEL_PAUSE, true);
          case TOO_MUCH_OUTPUT, CALL_LIMIT, COST_LIMIT -> new Then.Held(REPLY);
        };
    RunStatus status =
        switch (failed.failure()) {
          case TOO_MUCH_OUTPUT -> RunStatus.OUTPUT_LIMIT;
          case CALL_LIMIT -> RunStatus.CALL_LIMIT;
          case COST_LIMIT -> RunStatus.COST_LIMIT;
          default -> RunStatus.ERROR;
        };
    return new Verdict(status, reason, StatusLine.of(failed.text()).text(), then);
  }

  private Verdict stopped(String said, Meter meter) {
    String text = StatusLine.of(said).text();
    // Its supervisor stops an agent without being told to where the worker has no heartbeat.
    Meter.Stop why = meter.stopped().orElse(Meter.Stop.CUT_OFF);
    return switch (why) {
      case TIME ->
          limit(
              RunStatus.TIMEOUT, "It took longer than " + Remarks.took(limits.time()) + ".", text);
      case IDLE ->
          limit(
              RunStatus.IDLE,
              "It gave no sign of life for "
                  + Remarks.took(limits.idle().orElse(Duration.ZERO))
                  + ".",
              text);
      case CALLS ->
          limit(
              RunStatus.CALL_LIMIT,
              "It made more than " + Remarks.many(limits.calls(), "model call") + ".",
              text);
      case COST ->
          limit(
              RunStatus.COST_LIMIT,
              "It cost more than " + Remarks.money(limits.costUsd()) + ".",
              text);
      case KILL_SWITCH -> atOnce(RunStatus.KILLED, "The kill switch is on.", text);
      case SHUTDOWN -> atOnce(RunStatus.CANCELLED, "The worker was shut down.", text);
      case TASK_CLOSED ->
          new Verdict(RunStatus.CANCELLED, "The task was closed or moved.", text, new Then.Away());
      case TASK_EDITED ->
          new Verdict(
              RunStatus.CANCELLED,
              "The task was edited while the agent worked on it, and it cannot be told by whom.",
              text,
              new Then.Held("Read the task again and release it."));
      case CUT_OFF ->
          atOnce(RunStatus.LOST, "The worker was frozen, or cut off from its ledger.", text);
    };
  }

  private static Verdict atOnce(RunStatus status, String reason, String text) {
    return new Verdict(status, reason, text, new Then.Again(Duration.ZERO, false));
  }

  private static Verdict limit(RunStatus status, String reason, String text) {
    return new Verdict(status, reason, text, new Then.Held(REPLY));
  }

  /**
   * How long a task waits after so many failed attempts: 10 s, doubled each time, at most 5 min.
   */
  static Duration backoff(int attempts) {
    int doublings = Math.min(Math.max(attempts - 1, 0), 5);
    Duration pause = SOON.multipliedBy(1L << doublings);
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }
}
