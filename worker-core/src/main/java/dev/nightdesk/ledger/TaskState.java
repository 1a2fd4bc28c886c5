package dev.nightdesk.ledger;

/** Where a task stands in the ledger. */
public enum TaskState {
  READY,
  RUNNING,
  REVIEW,
  FAILED,
  HELD,
  /** Closed, deleted, moved, or another ledger's. */
  AWAY;

  /** Nothing is to be done until a person wants more. */
  public boolean hasEnded() {
    return this == REVIEW || this == FAILED || this == HELD;
  }
}
