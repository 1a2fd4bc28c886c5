package dev.nightdesk.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, to be closed in reverse. Safe for any thread; closing twice does nothing. */
final class Opened implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

  private final Deque<Runnable> closing = new ArrayDeque<>();

  /** Remembers how to close it. */
  synchronized void add(Runnable close) {
    closing.push(close);
  }

  @Override
  public void close() {
    for (Runnable next = pop(); next != null; next = pop()) {
      try {
        next.run();
      } catch (RuntimeException failure) {
        LOG.warn("Something could not be closed", failure);
      }
    }
  }

  private synchronized @Nullable Runnable pop() {
    return closing.poll();
  }
}
