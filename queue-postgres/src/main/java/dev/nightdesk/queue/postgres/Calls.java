package dev.nightdesk.queue.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a server, which whoever waits for them can give up: a server that drips one byte a
 * second never runs into a socket's time limit, and a read from a socket ends only with the socket.
 *
 * <p>In platform threads. In a virtual one an interrupt would do, but once a virtual thread has
 * waited for a socket, the JVM takes 0.3 s longer to end: what polls for it sits in native code.
 */
final class Calls implements AutoCloseable {
  private static final ThreadLocal<@Nullable Call<?>> CURRENT = new ThreadLocal<>();

  private final Set<Call<?>> running = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;

  Calls(int most) {
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("nightdesk-queue-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Does it, unless it takes longer than that, in line with others, or the thread is interrupted.
   */
  <T> T within(Duration limit, Callable<T> work)
      throws InterruptedException, TimeoutException, ExecutionException {
    Call<T> call = new Call<>(work);
    Future<T> result = threads.submit(call);
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      result.cancel(true);
      call.giveUp();
    }
  }

  /** The call of this thread uses a connection from now on. */
  static Connection using(Connection connection) throws SQLException {
    Call<?> call = CURRENT.get();
    if (call != null) {
      call.use(connection);
    }
    return connection;
  }

  /** The call of this thread does not use its connection any more. */
  static void letGo() {
    Call<?> call = CURRENT.get();
    if (call != null) {
      call.letGo();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    running.forEach(Call::giveUp);
  }

  private final class Call<T> implements Callable<T> {
    private final Callable<T> work;
    private @Nullable Connection connection;
    private boolean givenUp;

    Call(Callable<T> work) {
      this.work = work;
    }

    @Override
    public T call() throws Exception {
      running.add(this);
      CURRENT.set(this);
      try {
        return work.call();
      } finally {
        CURRENT.remove();
        running.remove(this);
        letGo();
      }
    }

    synchronized void use(Connection used) throws SQLException {
      connection = used;
      if (givenUp) {
        giveUp();
        throw new SQLException("nobody waits for it any more", "57014");
      }
    }

    synchronized void letGo() {
      connection = null;
    }

    synchronized void giveUp() {
      givenUp = true;
      if (connection != null) {
        try {
          connection.abort(Runnable::run);
        } catch (SQLException gone) {
          connection = null;
        }
      }
    }
  }
}
