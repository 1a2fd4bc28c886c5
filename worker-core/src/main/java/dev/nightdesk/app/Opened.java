package dev.nightdesk.app;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, to be closed in reverse. Safe for any thread; closing twice does nothing. */
final class Opened implements AutoCloseable {
  private final Deque<Runnable> closing = new ArrayDeque<>();

  /** Remembers how to close it. */
  synchronized void add(Runnable close) {
    closing.push(close);
  }

  @Override
  public void close() {
    for (Runnable next = pop(); next != null; next = pop()) {
      next.run();
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Runnable pop() {
    return closing.poll();
  }
}
