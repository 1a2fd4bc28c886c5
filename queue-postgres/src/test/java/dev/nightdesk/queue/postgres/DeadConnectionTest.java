package dev.nightdesk.queue.postgres;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.FaultProxy;
import dev.nightdesk.testkit.GivenValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** Connections that ended without our noticing, and many callers on few of them. */
@ExtendWith(TestServer.class)
@Isolated("it ends connections of the whole server")
@Timeout(60)
class DeadConnectionTest {
  private TestDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = new TestDatabase();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void usesNoConnectionThatWasCutWhileItWasIdle() throws Exception {
    TaskQueue queue = database.queue();
    queue.poll(Optional.empty());
    database.ask(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where application_name = 'nightdesk' and state = 'idle'");
    await().pollDelay(1100, MILLISECONDS).until(() -> true);
    assertThat(queue.poll(Optional.empty()).tasks()).isEmpty();
  }

  @Test
  void noticesThatTheConnectionItListensOnIsDead() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(database.address())) {
      EmbeddedServer server = TestServer.get();
      Site.Finder site =
          Site.at(
              database.url(proxy.address()) + "&socketTimeout=2&loginTimeout=2",
              Optional.of(server.user()),
              Optional.of(server.password()));
      Names names = Names.from(GivenValues.of(Map.of()));
      AtomicInteger wakes = new AtomicInteger();
      try (PostgresClient client = new PostgresClient(site, names, "tester");
          Listener listener =
              new Listener(client, wakes::incrementAndGet, Duration.ofMillis(100))) {
        listener.start();
        await().atMost(20, SECONDS).until(() -> wakes.get() == 1);
        int withTheIdleOne = 2;
        assertThat(proxy.connections()).isEqualTo(withTheIdleOne);
        proxy.blackhole();
        await().atMost(20, SECONDS).until(() -> proxy.connections() < withTheIdleOne);
        proxy.heal();
        await().atMost(20, SECONDS).until(() -> wakes.get() == 2);
      }
    }
  }

  /** A thousand, ten times: one connection too many is opened by chance. */
  @Test
  void servesAThousandCallersWithTenConnections() throws Exception {
    try (FaultProxy counting = FaultProxy.before(database.address())) {
      TaskQueue queue = database.queue(counting.address());
      queue.poll(Optional.empty());
      List<Callable<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < 10 * 1000; i++) {
        callers.add(() -> {
          assertThat(queue.find("1")).isEmpty();
          return counting.connections();
        });
      }
      int most = 0;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Integer> answer : threads.invokeAll(callers)) {
          most = Math.max(most, answer.get());
        }
      }
      assertThat(Math.max(most, counting.connections())).isBetween(2, 10);
    }
  }
}
