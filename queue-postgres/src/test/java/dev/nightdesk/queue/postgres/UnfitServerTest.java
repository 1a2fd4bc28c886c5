package dev.nightdesk.queue.postgres;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.GivenValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Servers that refuse us, and the embedded one when it is taken away. */
@ExtendWith(TestServer.class)
@Timeout(60)
class UnfitServerTest {
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
  void saysThatTheLoginIsWrongAndNeverThePassword() throws Exception {
    String said = refusal(database.queue("POSTGRES_PASSWORD", "not-the-password"));
    assertThat(said).contains("POSTGRES_PASSWORD").doesNotContain("not-the-password");
  }

  @Test
  void saysThatThereIsNoSuchDatabase() throws Exception {
    String url = database.url(database.address()).replace("/postgres?", "/nowhere?");
    assertThat(refusal(database.queue("POSTGRES_URL", url))).contains("nowhere", "POSTGRES_URL");
  }

  @Test
  void saysThatThereIsNoTableWhereNoneMayBeMade() throws Exception {
    assertThat(refusal(database.queue("POSTGRES_CREATE", "false")))
        .contains("no table tasks", "POSTGRES_TABLE", "POSTGRES_CREATE=true");
    database.run("create role nobody_" + database.schema() + " login password 'secret'");
    database.run("grant usage on schema " + database.schema() + " to nobody_" + database.schema());
    assertThat(refusal(database.queueOf("nobody_" + database.schema())))
        .contains("no table tasks", "permission denied");
    database.run("drop owned by nobody_" + database.schema());
    database.run("drop role nobody_" + database.schema());
  }

  @Test
  void noticesThatTheTablesWereReplaced() throws Exception {
    TaskQueue queue = database.queue();
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    database.run("drop table tasks, task_comments");
    database.run("create table tasks (id uuid, title text, status text, extra int)");
    database.run("insert into tasks values (gen_random_uuid(), 'new', 'pending')");
    await().atMost(20, SECONDS).until(() -> polls(queue, cursor) == 1);
    database.run("drop table tasks, task_comments");
    await().atMost(20, SECONDS).until(() -> polls(queue, cursor) == 0);
    assertThat(queue.add(new NewTask("made again", "", List.of(), 0))).isEqualTo("1");
  }

  private static int polls(TaskQueue queue, Optional<String> cursor) throws InterruptedException {
    try {
      return queue.poll(cursor).tasks().size();
    } catch (QueueException replaced) {
      return -1;
    }
  }

  @Test
  void checksAServerThatFits() throws Exception {
    TaskQueue queue = database.queue();
    assertThat(queue.check()).anyMatch(finding -> finding.message().contains("will be created"));
    queue.poll(Optional.empty());
    List<Finding> findings = queue.check();
    assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.GOOD);
    assertThat(findings)
        .extracting(Finding::message)
        .anyMatch(message -> message.contains("version 18"))
        .anyMatch(message -> message.contains("id, title, status, description, priority"))
        .anyMatch(message -> message.contains("tells of every change"))
        .anyMatch(message -> message.contains("task_comments"));
  }

  @Test
  void checksAServerThatIsDown() throws Exception {
    TaskQueue queue =
        database.queue("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/db?connectTimeout=2");
    assertThat(queue.check())
        .singleElement()
        .matches(finding -> finding.state() == Finding.State.WRONG)
        .matches(finding -> finding.message().contains("127.0.0.1:1"));
  }

  @Test
  void startsTheEmbeddedServerWhenFirstUsedAndAgainWhenItWasKilled(@TempDir Path home)
      throws Exception {
    shareTheProgram(home);
    Desk desk = new Desk("tester", home, InstantSource.system());
    try (TaskQueue queue = new PostgresQueueProvider().open(GivenValues.of(Map.of()), desk)) {
      assertThat(home.resolve("postgres/data")).doesNotExist();
      queue.add(new NewTask("kept", "", List.of(), 0));
      assertThat(queue.poll(Optional.empty()).tasks()).hasSize(1);
      killTheServerOf(home);
      await().atMost(40, SECONDS).until(() -> polls(queue, Optional.empty()) == 1);
      try (EmbeddedServer same = EmbeddedServer.use(home)) {
        assertThat(same.port()).isPositive();
      }
    }
    assertThat(home.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  private static void shareTheProgram(Path home) throws Exception {
    Files.createDirectories(home.resolve("postgres"));
    try (var programs = Files.newDirectoryStream(Path.of("target/home/postgres"), "pgsql-*")) {
      for (Path program : programs) {
        Files.createSymbolicLink(
            home.resolve("postgres").resolve(program.getFileName()), program.toAbsolutePath());
      }
    }
  }

  private static void killTheServerOf(Path home) throws Exception {
    Path file = home.resolve("postgres/data/postmaster.pid");
    ProcessHandle server =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst())).orElseThrow();
    server.destroyForcibly();
    await().atMost(10, SECONDS).until(() -> !server.isAlive());
  }

  private static String refusal(TaskQueue queue) {
    QueueException refused =
        catchThrowableOfType(QueueException.class, () -> queue.poll(Optional.empty()));
    assertThat(refused).isNotNull();
    assertThat(refused.kind()).isEqualTo(QueueException.Kind.FIX_SETTINGS);
    return String.valueOf(refused.getMessage());
  }
}
