package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A database server that crashes under a worker, and forgets what it had not yet written. */
@Execution(ExecutionMode.CONCURRENT)
class DatabaseCrashTest {
  @TempDir Path folder;

  @Test
  void keepsARunWhoseDatabaseServerCrashesAndIsRestartedAtOnce() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.use(folder.resolve("server"))) {
      Stage desk = new Stage(folder, server);
      desk.with("NIGHTDESK_DATABASE_URL", url(server));
      // The agent is ended after 15 s without a heartbeat.
      desk.with("JDK_JAVA_OPTIONS", "-Dnightdesk.heartbeat=5s");
      desk.agent(
          "cat >/dev/null; echo x >>$S/begun; until [ -e $S/end ]; do sleep 0.1; done; echo done");
      desk.withTables();
      long id = desk.insert("Outlast it", "");
      Started watch = desk.nightdesk("watch").start();
      try {
        desk.awaitFile("begun", watch);
        await().atMost(Stage.SOON).until(() -> desk.status(id).equals("running"));

        killABackend(desk);
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> desk.status(id).equals("running"));
        String before = heartbeat(desk);
        try (EmbeddedServer again = restartedAtOnce()) {
          assertThat(again.port()).isEqualTo(server.port());
          await("a heartbeat").atMost(Stage.SOON).until(() -> !heartbeat(desk).equals(before));
          Files.createFile(folder.resolve("end"));

          desk.awaitStatus(id, "review");
          desk.awaitStatus(desk.insert("After it", ""), "review");
          await().atMost(Stage.SOON).until(() -> desk.comments(id).size() == 2);
          assertThat(Files.readAllLines(folder.resolve("begun"))).hasSize(2);
        }
      } finally {
        watch.process().destroy();
        assertThat(watch.await().code()).isEqualTo(143);
      }
      assertThat(desk.comments(id)).hasSize(2);
      assertThat(desk.nightdesk("verify-audit").run().out()).contains("2 records");
    }
  }

  /** One of its processes gone, the server throws all others out and starts anew. */
  private static void killABackend(Stage desk) throws Exception {
    String backend =
        desk.strings(
                "select pid from pg_stat_activity where application_name = 'nightdesk' limit 1")
            .getFirst();
    assertThat(new ProcessBuilder("kill", "-9", backend).start().waitFor()).isZero();
  }

  /** As {@code pg_ctl -m immediate restart}: it ends as it stands, and recovers when it starts. */
  private EmbeddedServer restartedAtOnce() throws Exception {
    Path pidFile = folder.resolve("server/postgres/data/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst());
    assertThat(new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor()).isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    return EmbeddedServer.use(folder.resolve("server"));
  }

  private static String heartbeat(Stage desk) throws Exception {
    return desk.strings("select last_heartbeat::text from nightdesk.scheduled_tasks").getFirst();
  }

  private static String url(EmbeddedServer server) {
    String password = URLEncoder.encode(server.password().reveal(), StandardCharsets.UTF_8);
    return server.url() + "?user=" + server.user() + "&password=" + password;
  }
}
