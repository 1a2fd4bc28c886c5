package dev.nightdesk.worker;

import dev.nightdesk.spi.QueueException;

/** A worker cannot work: its queue is unreachable, or a person must change something first. */
public final class WorkerUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final QueueException.Kind kind;

  WorkerUnavailableException(QueueException.Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What to do about it. */
  public QueueException.Kind kind() {
    return kind;
  }
}
