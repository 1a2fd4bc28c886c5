package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlFailures;
import dev.nightdesk.queue.postgres.tables.Survey;
import dev.nightdesk.spi.QueueException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;

/**
 * The way to one server: opened when first needed, bounded in time, and looked at anew after a
 * failure. A handful of connections serves a thousand runs, each for a few milliseconds.
 */
final class PostgresClient implements AutoCloseable {
  private static final Duration FIRST_START = Duration.ofMinutes(5);

  /** Something to do with a connection. */
  interface Work<T> {
    T with(Handle handle, TaskReader reader, TaskWriter writer) throws QueueException, SQLException;
  }

  private record Open(
      Site site, Connections pool, Jdbi jdbi, TaskReader reader, TaskWriter writer) {}

  private record Failure(long at, Exception what) {}

  private final Site.Finder finder;
  private final Names names;
  private final String worker;
  private final Calls calls = new Calls();
  private final ReentrantLock opening = new ReentrantLock();
  private volatile Optional<Open> open = Optional.empty();
  private volatile boolean doubtful;
  private Optional<Failure> failure = Optional.empty();

  PostgresClient(Site.Finder finder, Names names, String worker) {
    this.finder = finder;
    this.names = names;
    this.worker = worker;
  }

  <T> T read(Work<T> work) throws QueueException, InterruptedException {
    return call(it -> it.jdbi().withHandle(handle -> work.with(handle, it.reader(), it.writer())));
  }

  <T> T write(Work<T> work) throws QueueException, InterruptedException {
    return call(
        it -> it.jdbi().inTransaction(handle -> work.with(handle, it.reader(), it.writer())));
  }

  private interface Call<T> {
    T on(Open open) throws Exception;
  }

  private <T> T call(Call<T> call) throws QueueException, InterruptedException {
    Open now = usable();
    return within(now.site().limit(), () -> call.on(now));
  }

  private Open usable() throws QueueException, InterruptedException {
    Optional<Open> now = open;
    return now.isPresent() && !doubtful ? now.get() : within(FIRST_START, this::open);
  }

  private <T> T within(Duration limit, Callable<T> work)
      throws QueueException, InterruptedException {
    try {
      return calls.within(limit, work);
    } catch (RejectedExecutionException closed) {
      throw QueueException.retryLater("This queue was closed.", closed);
    } catch (TimeoutException slow) {
      doubtful = true;
      throw QueueException.retryLater(
          called() + " did not answer within " + limit.toSeconds() + " seconds.", slow);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw sorted(cause == null ? failed : cause);
    }
  }

  private QueueException sorted(Throwable cause) throws InterruptedException {
    if (cause instanceof QueueException known) {
      return known;
    }
    if (cause instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    if (SqlFailures.unsettling(cause)) {
      doubtful = true;
    }
    return Faults.from(cause, called(), names);
  }

  /** Who waited while another thread failed to open fails with it, instead of trying in turn. */
  private Open open() throws Exception {
    long asked = System.nanoTime();
    opening.lockInterruptibly();
    try {
      if (open.isPresent() && !doubtful) {
        return open.get();
      }
      if (failure.isPresent() && failure.get().at() - asked > 0) {
        throw failure.get().what();
      }
      Open fresh = fresh(finder.find());
      open = Optional.of(fresh);
      doubtful = false;
      return fresh;
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception failed) {
      failure = Optional.of(new Failure(System.nanoTime(), failed));
      throw failed;
    } finally {
      opening.unlock();
    }
  }

  /** Instead of the old one, whose connections end with the calls that still use them. */
  private Open fresh(Site site) throws Exception {
    Connections pool = new Connections(site);
    boolean kept = false;
    try {
      Jdbi jdbi = jdbi(pool);
      Layout layout = jdbi.withHandle(handle -> new Survey(names, handle).lookAndMake());
      TaskReader reader = new TaskReader(layout, names);
      TaskWriter writer = new TaskWriter(layout, names, new Notes(layout, names, worker));
      release();
      kept = true;
      return new Open(site, pool, jdbi, reader, writer);
    } finally {
      if (!kept) {
        leave(site, pool);
      }
    }
  }

  private static Jdbi jdbi(ConnectionFactory connections) {
    Jdbi jdbi = Jdbi.create(connections);
    jdbi.getConfig(SqlStatements.class).setTemplateEngine(TemplateEngine.NOP);
    jdbi.registerArrayType(String.class, "text");
    return jdbi;
  }

  /** A connection of the caller's own. */
  Connection connect() throws QueueException, InterruptedException {
    Site site = usable().site();
    return within(site.limit(), site::connect);
  }

  /** Something to do with a connection to a server whose tables may not fit. */
  interface Inspection<T> {
    T with(Handle handle, Survey survey) throws QueueException, SQLException;
  }

  <T> T inspect(Inspection<T> inspection) throws QueueException, InterruptedException {
    return within(
        FIRST_START,
        () -> {
          Site site = finder.find();
          try {
            return jdbi(site::connect)
                .withHandle(handle -> inspection.with(handle, new Survey(names, handle)));
          } finally {
            site.lease().ifPresent(EmbeddedServer::close);
          }
        });
  }

  String called() {
    return finder.called();
  }

  @Override
  public void close() {
    calls.close();
    opening.lock();
    try {
      release();
      open = Optional.empty();
    } finally {
      opening.unlock();
    }
  }

  private void release() {
    open.ifPresent(old -> leave(old.site(), old.pool()));
  }

  private static void leave(Site site, Connections pool) {
    pool.close();
    site.lease().ifPresent(EmbeddedServer::close);
  }
}
