package dev.nightdesk.ledger;

/** The execution that this thread carries has been taken over; it must stop and change nothing. */
public final class ReplacedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReplacedException(TaskKey key) {
    super(key + " was taken over by another worker");
  }
}
