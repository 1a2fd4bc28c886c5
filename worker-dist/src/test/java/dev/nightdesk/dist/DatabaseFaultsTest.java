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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

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
    desk.withTables();
    String database = desk.table() + "_ledger";
    desk.sql("create database " + database);
    long id = desk.insert("Wait for me", "");
    try (FaultProxy proxy = proxy()) {
      proxy.refuse();
      String url = urlBy(proxy).replaceFirst("/[^/?]+(\\?|$)", "/" + database + "$1");
      desk.with(
          "NIGHTDESK_DATABASE_URL",
          url
              + (url.contains("?") ? "&" : "?")
              + "user="
              + desk.server().user()
              + "&password="
              + desk.server().password().reveal());
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
      } finally {
        watch.process().destroy();
        assertThat(watch.await().code()).isEqualTo(143);
      }
    }
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
