package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.testkit.FaultProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that are away or are not what a worker needs. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class DatabaseFaultsTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Stage desk;

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    desk = new Stage(folder, server);
  }

  private FaultProxy proxy() throws Exception {
    return FaultProxy.before(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), desk.server().port()));
  }

  private String urlBy(FaultProxy proxy) {
    return desk.server()
        .url()
        .replace(":" + desk.server().port() + "/", ":" + proxy.address().getPort() + "/");
  }

  @Test
  void waitsForAQueueThatIsDownAtTheStart() throws Exception {
    desk.withTables();
    long id = desk.insert("Wait for me", "");
    try (FaultProxy proxy = proxy()) {
      proxy.refuse();
      desk.with("POSTGRES_URL", urlBy(proxy));
      Started watch = desk.nightdesk("watch").start();
      try {
        await().atMost(Stage.SOON).until(() -> Files.readString(watch.err()).contains("127.0.0.1"));
        assertThat(watch.process().isAlive()).isTrue();
        assertThat(Files.readString(watch.err()))
            .contains("Watching.")
            .doesNotContain("Exception", "\tat ", desk.server().password().reveal());

        proxy.heal();

        desk.awaitStatus(id, "review");
      } finally {
        watch.process().destroy();
        assertThat(watch.await().code()).isEqualTo(143);
      }
    }
  }

  @Test
  void waitsForALedgerThatIsDownAtTheStart() throws Exception {
    waitsForALedger(FaultProxy::refuse);
  }

  /** Each is what the program asks the ledger for at another place of its start. */
  @ParameterizedTest
  @ValueSource(strings = {"insert into arrival", "phase <> 'ENDED' order by", "from stop_task"})
  void waitsForALedgerThatGoesAwayInTheVeryStart(String asked) throws Exception {
    waitsForALedger(proxy -> proxy.dropReplyTo(asked));
  }

  @Test
  void endsWhenItIsToldToWhileItWaitsForALedgerThatWentAwayInTheStart() throws Exception {
    String ledger = ownLedger(desk.server().url());
    desk.withTables().with("NIGHTDESK_DATABASE_URL", ledger);
    assertThat(desk.nightdesk("runs").run().code()).isZero();
    try (Connection another = DriverManager.getConnection(ledger);
        Statement statement = another.createStatement()) {
      another.setAutoCommit(false);
      statement.execute("lock table nightdesk.arrival");
      Started watch = desk.nightdesk("watch").start();
      await()
          .atMost(Stage.SOON)
          .until(() -> Files.readString(watch.err()).contains("Waiting for the ledger"));
      watch.process().destroy();
      assertThat(watch.await().code()).isEqualTo(143);
      assertThat(Files.readString(watch.err())).doesNotContain("Exception", "Watching.");
    }
  }

  private void waitsForALedger(Consumer<FaultProxy> fault) throws Exception {
    desk.withTables();
    long id = desk.insert("Wait for me", "");
    try (FaultProxy proxy = proxy()) {
      fault.accept(proxy);
      desk.with("NIGHTDESK_DATABASE_URL", ownLedger(urlBy(proxy)));
      Started watch = desk.nightdesk("watch").start();
      try {
        await()
            .atMost(Stage.SOON)
            .until(() -> Files.readString(watch.err()).contains("Waiting for the ledger"));
        assertThat(Files.readString(watch.err()))
            .doesNotContain("Exception", "\tat ", desk.server().password().reveal());
        assertThat(watch.process().isAlive()).isTrue();

        proxy.heal();

        desk.awaitStatus(id, "review");
        assertThat(Files.readString(watch.err())).contains("Watching.");
      } finally {
        watch.process().destroy();
        assertThat(watch.await().code()).isEqualTo(143);
      }
    }
  }

  private String ownLedger(String by) throws Exception {
    String database = desk.table() + "_ledger";
    desk.sql("create database " + database);
    String url = by.replaceFirst("/[^/?]+(\\?|$)", "/" + database + "$1");
    return url
        + (url.contains("?") ? "&" : "?")
        + "user="
        + desk.server().user()
        + "&password="
        + desk.server().password().reveal();
  }

  @Test
  void namesTheColumnsThatATableLacks() throws Exception {
    desk.sql("create table " + desk.table() + "(id bigint primary key, headline text)");

    Outcome run = desk.nightdesk("run").run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("title", "status").doesNotContain("Exception", "\tat ");
    Outcome doctor = desk.nightdesk("doctor").run();
    assertThat(doctor.code()).isEqualTo(2);
    assertThat(doctor.out()).contains("WRONG", "title");
  }
}
