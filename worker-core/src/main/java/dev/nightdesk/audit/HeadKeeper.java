package dev.nightdesk.audit;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the ledger the audit log's newest line: at once after a pause, else at most twenty times a
 * second, since a later head covers the lines before it too. Safe for any thread.
 */
final class HeadKeeper {
  private static final Logger log = LoggerFactory.getLogger(HeadKeeper.class);
  private static final long PAUSE_MILLIS = 50;

  private final HeadStore heads;

  /** Held while one is told, so that none overtakes another. */
  private final ReentrantLock telling = new ReentrantLock();

  private final Object state = new Object();
  private HeadStore.@Nullable Head newest;
  private boolean busy;

  HeadKeeper(HeadStore heads) {
    this.heads = heads;
  }

  Optional<HeadStore.Head> get() {
    return heads.get();
  }

  /** Returns at once. */
  void keep(HeadStore.Head head) {
    synchronized (state) {
      newest = newest == null || newest.lines() < head.lines() ? head : newest;
      if (busy) {
        return;
      }
      busy = true;
    }
    Thread.ofVirtual().name("nightdesk-audit-head").start(this::tellAll);
  }

  private void tellAll() {
    while (tell(true)) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    }
  }

  /** Returns when everything kept until now was told, or the ledger refused it. */
  void settle() {
    tell(false);
  }

  /** False where there was nothing to tell. */
  private boolean tell(boolean byThread) {
    telling.lock();
    try {
      HeadStore.Head head;
      synchronized (state) {
        head = newest;
        newest = null;
        busy = byThread ? head != null : busy;
      }
      put(head);
      return head != null;
    } finally {
      telling.unlock();
    }
  }

  private void put(HeadStore.@Nullable Head head) {
    if (head == null) {
      return;
    }
    try {
      heads.put(head.lines(), head.sha256());
    } catch (RuntimeException e) {
      log.warn("the ledger does not keep the audit log's newest line: {}", e.getMessage());
    }
  }
}
