package dev.nightdesk.spi;

import java.util.EnumSet;
import java.util.Set;

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
  CLOSED;

  /**
   * From where a worker may move a task here. Where it stands anywhere else, a person has moved it
   * meanwhile, and it stays. A set of its own each time.
   */
  public Set<Standing> reachedFrom() {
    return switch (this) {
      case READY -> EnumSet.of(WORKING, REVIEW, FAILED, HELD);
      case WORKING -> EnumSet.of(READY, REVIEW, FAILED, HELD);
      case REVIEW, FAILED -> EnumSet.of(WORKING);
      case HELD -> EnumSet.of(READY, WORKING, REVIEW, FAILED);
      case CLOSED -> EnumSet.noneOf(Standing.class);
    };
  }
}
