package dev.nightdesk.queue.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a server, each in its caller's thread, which can be given up: a server that drips one
 * byte a second never runs into a socket's time limit, and a read from a socket ends only with the
 * socket. So one thread watches all calls that are on, and cuts the connections of those that take
 * too long or whose caller was interrupted.
 *
 * <p>For callers in platform threads. In a virtual one an interrupt would do, but once a virtual
 * thread has waited for a socket, the JVM takes 0.3 s longer to end: what polls for it sits in
 * native code.
 */
final class Calls implements AutoCloseable {
  private static final Set<Call> RUNNING = ConcurrentHashMap.newKeySet();
  private static final ThreadLocal<@Nullable Call> CURRENT = new ThreadLocal<>();

  /** How late a caller that was interrupted gets away. */
  private static final long LOOK_NANOS = 20_000_000;

  private static final Thread WATCH =
      Thread.ofPlatform().daemon().name("nightdesk-queue-watch").start(Calls::watch);

  private static volatile boolean idle;
  private volatile boolean closed;

  /** Does it, unless it takes longer than that or the thread is interrupted. */
  <T> T within(Duration limit, Callable<T> work)
      throws InterruptedException, TimeoutException, ExecutionException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Call call = new Call(this, System.nanoTime() + limit.toNanos());
    begin(call);
    try {
      checkOpen();
      return work.call();
    } catch (Exception e) {
      boolean givenUp = call.end();
      checkOpen();
      if (givenUp) {
        throw new TimeoutException();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw new ExecutionException(e);
    } finally {
      CURRENT.remove();
      RUNNING.remove(call);
      call.end();
    }
  }

  private static void begin(Call call) {
    CURRENT.set(call);
    RUNNING.add(call);
    if (idle) {
      LockSupport.unpark(WATCH);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
  }

  private static void watch() {
    while (true) {
      RUNNING.forEach(Call::look);
      idle = RUNNING.isEmpty();
      if (!idle) {
        LockSupport.parkNanos(LOOK_NANOS);
      } else if (RUNNING.isEmpty()) {
        LockSupport.park();
      }
    }
  }

  /** The call of this thread uses a connection from now on. */
  static Connection using(Connection connection) throws SQLException {
    Call call = CURRENT.get();
    if (call != null) {
      call.use(connection);
    }
    return connection;
  }

  /** The call of this thread does not use its connection any more. */
  static void letGo() {
    Call call = CURRENT.get();
    if (call != null) {
      call.letGo();
    }
  }

  @Override
  public void close() {
    closed = true;
    RUNNING.stream().filter(call -> call.of == this).forEach(Call::giveUp);
  }

  private static final class Call {
    final Calls of;
    private final Thread caller = Thread.currentThread();
    private final long deadline;
    private @Nullable Connection connection;
    private boolean cut;
    private boolean givenUp;
    private boolean ended;

    Call(Calls of, long deadline) {
      this.of = of;
      this.deadline = deadline;
    }

    synchronized void look() {
      if (System.nanoTime() - deadline >= 0) {
        giveUp();
      } else if (caller.isInterrupted()) {
        cut();
      }
    }

    /** Ends its waits, whatever it waits for. */
    synchronized void giveUp() {
      if (!ended && !givenUp) {
        givenUp = true;
        cut();
        caller.interrupt();
      }
    }

    private void cut() {
      cut = true;
      if (connection != null) {
        try {
          connection.abort(Runnable::run);
        } catch (SQLException gone) {
          connection = null;
        }
      }
    }

    synchronized void use(Connection used) throws SQLException {
      connection = used;
      if (cut) {
        cut();
        throw new SQLException("nobody waits for it any more", "57014");
      }
    }

    synchronized void letGo() {
      connection = null;
    }

    /** Whether it was given up; its interrupt was for the call alone. */
    synchronized boolean end() {
      connection = null;
      if (givenUp && !ended) {
        Thread.interrupted();
      }
      ended = true;
      return givenUp;
    }
  }
}
