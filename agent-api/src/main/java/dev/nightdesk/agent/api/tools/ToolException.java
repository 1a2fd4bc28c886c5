package dev.nightdesk.agent.api.tools;

/** A tool did not do what it was asked to; the message tells the model why. */
public final class ToolException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean denied;

  private ToolException(String message, boolean denied) {
    super(message);
    this.denied = denied;
  }

  /** It could not. */
  static ToolException failed(String message) {
    return new ToolException(message, false);
  }

  /** It must not; a person hears of it too. */
  static ToolException denied(String message) {
    return new ToolException(message, true);
  }

  boolean denied() {
    return denied;
  }
}
