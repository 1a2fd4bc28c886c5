package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.spi.Containment.Pulse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between a worker and its PostgreSQL. */
class PostgresLedgerTest {
  private static final TaskKey KEY = new TaskKey("writer", "1");

  /** Nobody takes over while the database is away. */
  private static final Timings PATIENT =
      new Timings(Duration.ofMillis(300), 200, Duration.ofMillis(100));

  @TempDir Path home;

  private Ledger open(String url) {
    return Ledger.open(home, Optional.of(url), InstantSource.system());
  }

  @Test
  void saysThatTheDatabaseIsDownAndNeverThePassword() {
    Throwable thrown =
        catchThrowable(() -> open("jdbc:postgresql://localhost:1/desk?user=ann&password=hush"));

    assertThat(thrown)
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("desk at localhost:1 cannot be reached")
        .hasMessageContaining("NIGHTDESK_DATABASE_URL")
        .hasMessageNotContaining("hush");
  }

  @Test
  void saysWhatIsWrongWithTheUrl() {
    assertThatThrownBy(() -> open("postgres://ann:hush@localhost/desk"))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("jdbc:postgresql://HOST")
        .hasMessageNotContaining("hush");
    String missing = Databases.emptyPostgres().replaceFirst("/empty\\d+", "/nowhere");
    assertThatThrownBy(() -> open(missing)).hasMessageContaining("does not exist. Create it");
  }

  @Test
  void letsSeveralProcessesStartOnAFreshDatabaseAtOnce() throws Exception {
    String url = Databases.emptyPostgres();
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<Ledger>> opening = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        Path its = home.resolve("home" + n);
        opening.add(pool.submit(() -> Ledger.open(its, Optional.of(url), InstantSource.system())));
      }
      for (Future<Ledger> one : opening) {
        try (Ledger ledger = one.get()) {
          assertThat(ledger.switches().all()).isEmpty();
        }
      }
    }
  }

  @Test
  void leavesTheTablesOfOthersAlone() {
    String url = Databases.emptyPostgres();
    sql(url, "create table task (mine text); create table run (mine text)");
    try (Ledger ledger = open(url)) {
      assertThat(ledger.tasks().find(KEY)).isEmpty();
    }
    sql(url, "insert into task values ('still here')");
  }

  @Test
  void usesTheSchemaThatTheUrlNames() {
    String url = Databases.emptyPostgres() + "&currentSchema=desk";
    try (Ledger ledger = open(url)) {
      assertThat(ledger.tasks().find(KEY)).isEmpty();
    }
    sql(url, "select * from desk.task");
  }

  @Test
  void acceptsTheTablesOfANewerBuild() {
    String url = Databases.freshPostgres();
    sql(
        url,
        "insert into nightdesk.nightdesk_migrations select 9, '9', 'later', 'SQL', 'V9__later.sql',"
            + " 0, 'ann', now(), 1, true");
    try (Ledger ledger = open(url)) {
      assertThat(ledger.tasks().find(KEY)).isEmpty();
    }
  }

  @Test
  void goesOnAfterTheServerDroppedAllConnections() {
    String url = Databases.freshPostgres();
    try (Ledger ledger = open(url)) {
      ledger.switches().stop(Optional.empty(), "before");
      sql(
          url,
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where application_name = 'nightdesk' and datname = current_database()");
      await()
          .ignoreExceptionsInstanceOf(LedgerException.class)
          .atMost(Duration.ofSeconds(5))
          .until(() -> ledger.switches().all().size() == 1);
    }
  }

  @Test
  void getsAnErrorFromAFrozenDatabaseAndGoesOnAfterIt() throws Exception {
    String url = Databases.freshPostgres();
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    try (Wire wire = new Wire(portOf(url));
        Ledger ledger = open(url.replaceFirst(":\\d+/", ":" + wire.port() + "/"));
        Executions executions =
            ledger.executions(
                "writer",
                1,
                PATIENT,
                (key, pulse) -> {
                  pulses.add(pulse);
                  end.await();
                  return new Next.Done();
                })) {
      executions.start();
      executions.offer(KEY, 0);
      Pulse pulse = pulses.take();
      await().until(() -> pulse.beats() > 2);

      wire.die();
      assertThat(CompletableFuture.supplyAsync(() -> ledger.tasks().find(KEY)))
          .failsWithin(Duration.ofSeconds(14))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(LedgerException.class)
          .withMessageContaining("cannot be reached");
      long silent = pulse.beats();
      wire.live();

      await().atMost(Duration.ofSeconds(20)).until(() -> pulse.beats() > silent);
      assertThat(ledger.tasks().find(KEY)).isEmpty();
      end.countDown();
    }
  }

  @Test
  void takesTheLocksAwayFromAWorkerThatFroze() throws Exception {
    String url = Databases.freshPostgres();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch thaw = new CountDownLatch(1);
    try (Ledger frozen = open(url);
        Ledger other = Ledger.open(home.resolve("b"), Optional.of(url), InstantSource.system())) {
      other.tasks().see("writer", OnePoll.of("1"), Optional.empty());
      CompletableFuture<String> stuck =
          CompletableFuture.supplyAsync(() -> holdTheTask(frozen, inside, thaw));
      inside.await();

      long before = System.nanoTime();
      await()
          .ignoreExceptionsInstanceOf(LedgerException.class)
          .until(() -> other.runs().start(KEY, start -> "free").equals("free"));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(12));

      thaw.countDown();
      assertThat(catchThrowable(stuck::get)).hasCauseInstanceOf(LedgerException.class);
    }
  }

  private static String holdTheTask(Ledger ledger, CountDownLatch inside, CountDownLatch thaw) {
    return ledger
        .runs()
        .start(
            KEY,
            start -> {
              inside.countDown();
              try {
                thaw.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return start.facts().task().title();
            });
  }

  private static int portOf(String url) {
    return Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
  }

  private static void sql(String url, String statement) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement made = connection.createStatement()) {
      boolean rows = made.execute(statement);
      try (ResultSet result = made.getResultSet()) {
        assertThat(rows == (result != null)).isTrue();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
