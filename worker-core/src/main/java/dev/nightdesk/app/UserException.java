package dev.nightdesk.app;

/** Something the person has to do otherwise; the message says what. */
final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  UserException(String message) {
    this(message, ExitCode.USAGE);
  }

  UserException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
