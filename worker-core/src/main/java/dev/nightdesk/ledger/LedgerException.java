package dev.nightdesk.ledger;

/** The ledger's database is unreachable or broken; the message says what to do. */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
