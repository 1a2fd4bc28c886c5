package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.TextLimit;
import java.util.OptionalInt;

/**
 * What came of a run, from all that there is to see of it.
 *
 * @param stream what Claude Code printed
 * @param account whose limit it was, if it was one
 * @param resumed whether it was to go on with a session
 * @param mostBytes of the result
 * @param lastErrorLine what it complained of last
 */
record ClaudeVerdict(
    ClaudeStream stream, String account, boolean resumed, long mostBytes, String lastErrorLine) {

  RunResult of(Ending ending) {
    return switch (ending) {
      case Ending.Exited exited -> exited(exited.code());
      case Ending.Stopped stopped -> new RunResult.Stopped(said());
      case Ending.Flooded flooded ->
          failed(
              Failure.TOO_MUCH_OUTPUT,
              "Claude Code printed more than " + flooded.limit() + " bytes and was stopped.",
              OptionalInt.empty());
      case Ending.Exhausted exhausted ->
          failed(Failure.AGENT_FAILED, exhausted.why(), OptionalInt.empty());
      case Ending.Lost lost -> failed(Failure.AGENT_FAILED, lost.why(), OptionalInt.empty());
    };
  }

  /** Of a program that had said all and did not end. */
  RunResult outlived() {
    return exited(stream.last().filter(ClaudeResult::good).isPresent() ? 0 : 1);
  }

  private RunResult exited(int code) {
    OptionalInt exitCode = OptionalInt.of(code);
    if (code != 0 && !stream.begun()) {
      return neverBegan(exitCode);
    }
    if (stream.last().isEmpty()) {
      String complaint = lastErrorLine.isEmpty() ? "." : ": " + lastErrorLine;
      return code == 0 || stream.garbled()
          ? failed(Failure.UNREADABLE_OUTPUT, "Claude Code ended without a result.", exitCode)
          : failed(
              Failure.AGENT_FAILED,
              "Claude Code ended with exit code " + code + " and without a result" + complaint,
              exitCode);
    }
    ClaudeResult last = stream.last().get();
    return code == 0 && last.good() ? finished(exitCode) : failed(last, code);
  }

  /**
   * A session that is gone ends like this, and so does an argument that Claude Code does not know;
   * without the session it would show which of the two it was.
   */
  private RunResult neverBegan(OptionalInt exitCode) {
    return resumed
        ? failed(Failure.SESSION_LOST, "Claude Code does not have the session any more.", exitCode)
        : failed(
            Failure.CANNOT_START,
            "Claude Code does not start: "
                + (lastErrorLine.isEmpty() ? "it does not say why." : lastErrorLine),
            exitCode);
  }

  private RunResult finished(OptionalInt exitCode) {
    String text = stream.results();
    String kept = TextLimit.toBytes(text, limit(), "");
    if (kept.length() < text.length()) {
      return new RunResult.Failed(
          Failure.TOO_MUCH_OUTPUT,
          "The result is larger than the limit; see WORKER_OUTPUT_LIMIT.",
          kept,
          exitCode);
    }
    return new RunResult.Finished(text, exitCode);
  }

  private RunResult failed(ClaudeResult last, int code) {
    OptionalInt exitCode = OptionalInt.of(code);
    if (stream.limit().isPresent() && last.status() == 429) {
      return new RunResult.AccountLimited(account, stream.limit().get().until(), said());
    }
    Failure failure = failure(last);
    return failed(failure, reason(failure, last, code), exitCode);
  }

  private Failure failure(ClaudeResult last) {
    return switch (last.subtype()) {
      case "error_max_turns" -> Failure.CALL_LIMIT;
      case "error_max_budget_usd" -> Failure.COST_LIMIT;
      default ->
          switch (last.status()) {
            case 0 -> ofError();
            case 401, 402, 403, 404 -> Failure.MODEL_REFUSES_US;
            case 429 -> Failure.MODEL_UNAVAILABLE;
            default -> last.status() >= 500 ? Failure.MODEL_UNAVAILABLE : ofError();
          };
    };
  }

  private Failure ofError() {
    return switch (stream.error()) {
      case "authentication_failed", "billing_error", "verification_required" ->
          Failure.MODEL_REFUSES_US;
      case "rate_limit", "server_error", "overloaded" -> Failure.MODEL_UNAVAILABLE;
      default -> Failure.AGENT_FAILED;
    };
  }

  private String reason(Failure failure, ClaudeResult last, int code) {
    return switch (failure) {
      case CALL_LIMIT -> "It needs more model calls than it may make; see WORKER_CALL_LIMIT.";
      case COST_LIMIT -> "It costs more than it may; see WORKER_COST_LIMIT_USD.";
      case MODEL_REFUSES_US ->
          last.status() == 404
              ? "The model's service does not know what was asked for; see CLAUDE_MODEL"
                  + last.complaint()
              : "The model's service refuses us; see ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN or"
                  + " your login"
                  + last.complaint();
      case MODEL_UNAVAILABLE ->
          "The model's service is overloaded or cannot be reached" + last.complaint();
      default -> ownFailure(last, code);
    };
  }

  private String ownFailure(ClaudeResult last, int code) {
    if (last.good()) {
      return "Claude Code ended with exit code " + code + " after its result.";
    }
    if (last.stopReason().equals("refusal")) {
      return "The model's provider does not let it answer this task. Say it in other words, or set"
          + " another CLAUDE_MODEL.";
    }
    if (stream.error().equals("max_output_tokens")) {
      return "An answer of the model was longer than it may be.";
    }
    if (last.terminalReason().equals("prompt_too_long")) {
      return "The task, and what was read for it, is more than the model can take.";
    }
    return last.text().isBlank()
        ? "Claude Code ended without an answer of the model."
        : "Claude Code failed" + last.complaint();
  }

  private RunResult failed(Failure failure, String reason, OptionalInt exitCode) {
    return new RunResult.Failed(failure, reason, said(), exitCode);
  }

  private String said() {
    String all = stream.said().isEmpty() ? stream.results() : stream.said();
    return TextLimit.toBytes(all, limit(), "");
  }

  private int limit() {
    return (int) Math.min(mostBytes, Integer.MAX_VALUE - 8);
  }
}
