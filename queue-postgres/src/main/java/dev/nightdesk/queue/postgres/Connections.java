package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Ddl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;

/**
 * A handful of connections that are used again. Whoever needs a new one makes it, and so fails at
 * once and with the reason where the server is down; the usual pools make connections behind one's
 * back, and time out without a word.
 */
final class Connections implements ConnectionFactory, AutoCloseable {
  static final int MOST = 10;

  /** Reading one task and its comments costs less than the server's plans for doing so. */
  private static final String PLAN_ONCE = "set plan_cache_mode = 'force_generic_plan'";

  /** For the rest of a transaction: the best way to list depends on how much there is. */
  static final String PLAN_EACH_TIME = "set local plan_cache_mode = 'force_custom_plan'";

  /** What was idle for this long may have been cut without our noticing. */
  private static final Duration DOUBTFUL = Duration.ofSeconds(1);

  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final int CHECK_SECONDS = 5;

  private record Idle(Connection connection, long since) {
    boolean longerThan(Duration time) {
      return System.nanoTime() - since > time.toNanos();
    }
  }

  private final Site site;
  private final Semaphore free = new Semaphore(MOST);
  private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  Connections(Site site) {
    this.site = site;
  }

  @Override
  public Connection openConnection() throws SQLException {
    try {
      if (!free.tryAcquire(site.limit().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SQLException("all connections are busy", "53300");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", "57014", interrupted);
    }
    boolean opened = false;
    try {
      Optional<Connection> used = usedBefore();
      Connection connection = used.isPresent() ? used.get() : fresh();
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        free.release();
      }
    }
  }

  private Connection fresh() throws SQLException {
    Connection connection = site.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set " + Ddl.WORKER + " = 'on'; " + PLAN_ONCE);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Optional<Connection> usedBefore() throws SQLException {
    for (Idle next = idle.poll(); next != null; next = idle.poll()) {
      Calls.using(next.connection());
      if (!next.longerThan(DOUBTFUL) || next.connection().isValid(CHECK_SECONDS)) {
        return Optional.of(next.connection());
      }
      next.connection().close();
    }
    return Optional.empty();
  }

  @Override
  public void closeConnection(Connection connection) throws SQLException {
    Calls.letGo();
    try {
      if (closed) {
        connection.close();
      } else if (!connection.isClosed()) {
        idle.push(new Idle(connection, System.nanoTime()));
      }
    } finally {
      free.release();
    }
    closeLongIdle();
  }

  /**
   * All but one, so that the next poll finds one open. None leaves the idle ones just to be looked
   * at: who asks meanwhile would find none, and open one too many.
   */
  private void closeLongIdle() throws SQLException {
    for (Idle longest = idle.peekLast();
        longest != null && longest.longerThan(IDLE) && idle.size() > 1;
        longest = idle.peekLast()) {
      if (idle.removeLastOccurrence(longest)) {
        longest.connection().close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    List<Idle> rest = new ArrayList<>(idle);
    idle.clear();
    for (Idle one : rest) {
      try {
        one.connection().close();
      } catch (SQLException broken) {
        // the server is gone, or closes it itself
      }
    }
  }
}
