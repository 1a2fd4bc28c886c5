package dev.nightdesk.spi;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** How a run ended, as the adapter saw it. The verdict is core's. */
public sealed interface RunResult {

  /** What the agent said last, or had said until it was stopped; never null, possibly empty. */
  String text();

  /** The exit code of its program, where it has one. */
  OptionalInt exitCode();

  /**
   * The agent ended by itself and says that it is done.
   *
   * @param text its result
   * @param exitCode its program's exit code
   */
  record Finished(String text, OptionalInt exitCode) implements RunResult {
    public Finished {
      Objects.requireNonNull(text);
      Objects.requireNonNull(exitCode);
    }
  }

  /** Why a run failed. */
  enum Failure {
    /** The agent ended with an error of its own. An attempt is charged. */
    AGENT_FAILED,
    /** Its program is missing or refuses its arguments. The worker is held. */
    CANNOT_START,
    /** The model's service is down or overloaded. Tried again later, no attempt charged. */
    MODEL_UNAVAILABLE,
    /** The model's service refuses us: key, quota, billing. The worker is held. */
    MODEL_REFUSES_US,
    /**
     * The session to go on with is not there any more; nothing was done. Core starts the agent once
     * more without one, and tells it what it had said.
     */
    SESSION_LOST,
    /** One more model call would pass {@link RunLimits#calls}, so it was not made. */
    CALL_LIMIT,
    /** One more model call could pass {@link RunLimits#costUsd}, so it was not made. */
    COST_LIMIT,
    /** More output than the limit. */
    TOO_MUCH_OUTPUT,
    /** What it printed cannot be understood. An attempt is charged. */
    UNREADABLE_OUTPUT
  }

  /**
   * The run failed.
   *
   * @param failure what sort of failure
   * @param reason in plain words, without secrets
   * @param text what the agent had said until then
   * @param exitCode its program's exit code
   */
  record Failed(Failure failure, String reason, String text, OptionalInt exitCode)
      implements RunResult {
    public Failed {
      Objects.requireNonNull(failure);
      Objects.requireNonNull(reason);
      Objects.requireNonNull(text);
      Objects.requireNonNull(exitCode);
    }
  }

  /**
   * The account that the agent uses has reached a limit, as a structured field said, never prose.
   *
   * @param account what to call it, e.g. {@code claude-subscription}
   * @param until when it can be used again; empty where it was not said
   * @param text what the agent had said until then
   */
  record AccountLimited(String account, Optional<Instant> until, String text) implements RunResult {
    public AccountLimited {
      Objects.requireNonNull(account);
      Objects.requireNonNull(until);
      Objects.requireNonNull(text);
    }

    @Override
    public OptionalInt exitCode() {
      return OptionalInt.empty();
    }
  }

  /**
   * The run was stopped from outside; everything it started is gone.
   *
   * @param text what the agent had said until then
   */
  record Stopped(String text) implements RunResult {
    public Stopped {
      Objects.requireNonNull(text);
    }

    @Override
    public OptionalInt exitCode() {
      return OptionalInt.empty();
    }
  }
}
