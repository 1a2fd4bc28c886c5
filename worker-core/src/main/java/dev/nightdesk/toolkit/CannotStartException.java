package dev.nightdesk.toolkit;

/**
 * A program cannot be started, whatever the task: it is missing, not executable, or the sandbox is
 * not to be had. The message is a sentence for the user and says what to do; an adapter answers
 * with {@code CANNOT_START} and passes the message on.
 */
public final class CannotStartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence for the user. */
  public CannotStartException(String message) {
    super(message);
  }

  /** With a sentence for the user and what led to it. */
  public CannotStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
