package dev.nightdesk.queue.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestServer.class)
@Timeout(60)
class CallsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Calls calls = new Calls();

  @AfterEach
  void close() {
    calls.close();
  }

  @Test
  void givesUpACallThatTakesTooLong() throws Exception {
    assertThatThrownBy(() -> calls.within(Duration.ofSeconds(1), CallsTest::sleepThere))
        .isInstanceOf(TimeoutException.class);
    assertThat(calls.within(LONG, () -> "next")).isEqualTo("next");
  }

  @Test
  void givesUpACallWhoseCallerIsInterrupted() throws Exception {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(() ->
            calls.within(
                LONG,
                () -> {
                  caller.interrupt();
                  return sleepThere();
                }))
        .isInstanceOf(InterruptedException.class);
    assertThat(calls.within(LONG, () -> "next")).isEqualTo("next");
  }

  @Test
  void givesUpWhatIsOnWhenItIsClosed() {
    assertThatThrownBy(() ->
            calls.within(
                LONG,
                () -> {
                  Thread.ofPlatform().start(calls::close);
                  return sleepThere();
                }))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThatThrownBy(() -> calls.within(LONG, () -> "next"))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void givesUpAWaitThatNoSocketEnds() {
    assertThatThrownBy(() ->
            calls.within(
                Duration.ofSeconds(1),
                () -> {
                  new CountDownLatch(1).await();
                  return "opened";
                }))
        .isInstanceOf(TimeoutException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void leavesTheConnectionOfACallThatEnded() throws Exception {
    try (Connection connection = calls.within(LONG, CallsTest::connect)) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  /** A read that no interrupt of a platform thread ends. */
  private static String sleepThere() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_sleep(50)");
      return "slept";
    }
  }

  private static Connection connect() throws SQLException {
    EmbeddedServer server = TestServer.get();
    return Calls.using(
        DriverManager.getConnection(server.url(), server.user(), server.password().reveal()));
  }
}
