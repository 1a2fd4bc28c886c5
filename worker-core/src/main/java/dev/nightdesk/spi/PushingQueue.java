package dev.nightdesk.spi;

/**
 * A queue that can tell that something changed. A push only wakes the poll: what it carries is a
 * hint, never the truth, and losing one loses nothing.
 */
public interface PushingQueue extends TaskQueue {

  /**
   * Calls {@code wake} after every change until the queue is closed; connects again by itself, and
   * calls {@code wake} once after it did. The callback returns at once and may be called from any
   * thread.
   */
  void onChange(Runnable wake);
}
