package dev.nightdesk.spi;

/** Where a task stands in its queue, in the words of Nightdesk. */
public enum Standing {
  /** Open, and waiting for a worker. */
  READY,
  /** Marked as being worked on. */
  WORKING,
  /** Marked as done by an agent and waiting for a person. */
  REVIEW,
  /** Marked as given up after the last attempt. */
  FAILED,
  /** Marked as waiting for a person's decision. */
  HELD,
  /** Closed, archived, or moved to a state or place that is none of this worker's. */
  CLOSED
}
