package dev.nightdesk.ledger;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The execution that a thread carries. The thread's writes to the ledger know by it whether they
 * still own the task, and an interrupt waits until it is out of the database: it would end a wait
 * for a connection, and the connection itself where the thread is a virtual one.
 */
final class Carried {
  private static final ThreadLocal<@Nullable Carried> CURRENT = new ThreadLocal<>();

  private final TaskKey key;
  private final String owner;
  private final long version;
  private final Thread thread = Thread.currentThread();
  private final ReentrantLock inDatabase = new ReentrantLock();
  private boolean ended;

  private Carried(TaskKey key, String owner, long version) {
    this.key = key;
    this.owner = owner;
    this.version = version;
  }

  static Carried byThisThread(TaskKey key, String owner, long version) {
    Carried carried = new Carried(key, owner, version);
    CURRENT.set(carried);
    return carried;
  }

  /** What this thread carries, if it is that task. */
  static @Nullable Carried of(TaskKey key) {
    Carried carried = CURRENT.get();
    return carried != null && carried.key.equals(key) ? carried : null;
  }

  TaskKey key() {
    return key;
  }

  String owner() {
    return owner;
  }

  long version() {
    return version;
  }

  void interrupt() {
    inDatabase.lock();
    try {
      if (!ended) {
        thread.interrupt();
      }
    } finally {
      inDatabase.unlock();
    }
  }

  /** The thread carries nothing any more; an interrupt that came late is forgotten. */
  void end() {
    CURRENT.remove();
    inDatabase.lock();
    try {
      ended = true;
      Thread.interrupted();
    } finally {
      inDatabase.unlock();
    }
  }

  /** Runs database work that no interrupt reaches; one that came before stays pending. */
  static <T> T shielded(Supplier<T> work) {
    Carried carried = CURRENT.get();
    if (carried != null) {
      carried.inDatabase.lock();
    }
    boolean interrupted = Thread.interrupted();
    try {
      return work.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (carried != null) {
        carried.inDatabase.unlock();
      }
    }
  }
}
