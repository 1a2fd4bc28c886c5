package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.QueueException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for changes on a connection and a thread of its own, and connects again for ever. */
final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** How long a connection may be silent before we ask whether it still lives. */
  static final Duration SILENCE = Duration.ofSeconds(20);

  private final PostgresClient client;
  private final Runnable wake;
  private final Duration silence;
  private final Thread thread;
  private Duration pause = FIRST_PAUSE;
  private volatile boolean closed;
  private volatile Optional<Connection> connection = Optional.empty();

  Listener(PostgresClient client, Runnable wake, Duration silence) {
    this.client = client;
    this.wake = wake;
    this.silence = silence;
    this.thread = Thread.ofPlatform().daemon().name("nightdesk-listen").unstarted(this::listen);
  }

  void start() {
    thread.start();
  }

  private void listen() {
    try {
      while (!closed) {
        try (Connection fresh = client.connect()) {
          connection = Optional.of(fresh);
          hear(fresh);
        } catch (QueueException | SQLException | RuntimeException lost) {
          log.debug("event=listening_interrupted why=\"{}\"", lost.getMessage());
        }
        rest();
      }
    } catch (InterruptedException closing) {
      log.debug("event=listening_ended");
    }
  }

  private void rest() throws InterruptedException {
    if (!closed) {
      long millis = pause.toMillis();
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  private void hear(Connection fresh) throws SQLException {
    PGConnection notifying = fresh.unwrap(PGConnection.class);
    try (Statement statement = fresh.createStatement()) {
      statement.execute("listen nightdesk");
      pause = FIRST_PAUSE;
      wake.run();
      while (!closed) {
        PGNotification[] heard = notifying.getNotifications((int) silence.toMillis());
        if (heard != null && heard.length > 0) {
          wake.run();
        } else {
          statement.execute("select 1");
        }
      }
    }
  }

  /** A thread that reads from a socket is only reached by taking the socket away. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    connection.ifPresent(open -> {
      try {
        open.abort(Runnable::run);
      } catch (SQLException gone) {
        log.debug("event=connection_lost why=\"{}\"", gone.getMessage());
      }
    });
  }
}
