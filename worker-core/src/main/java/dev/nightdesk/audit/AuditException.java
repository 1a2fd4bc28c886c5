package dev.nightdesk.audit;

/** The audit log cannot be written or read; the message says what to do. */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
