package dev.nightdesk.agent.api;

import dev.nightdesk.spi.RunResult;

/** The run ends here, with this result. */
final class EndException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RunResult result;

  EndException(RunResult result) {
    super(result.getClass().getSimpleName());
    this.result = result;
  }

  RunResult result() {
    return result;
  }
}
