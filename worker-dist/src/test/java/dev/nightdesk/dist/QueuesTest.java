package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.airtable.AirtableFixture;
import dev.nightdesk.queue.github.GitHubFixture;
import dev.nightdesk.queue.linear.LinearFixture;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.queue.todoist.TodoistFixture;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.QueueFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The release on each of the services that people have their tasks in. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class QueuesTest {
  @TempDir Path folder;

  /** A service, by the name of its queue. */
  record Service(String name, Making making) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Making {
    QueueFixture make() throws Exception;
  }

  static Stream<Service> services() {
    return Stream.of(
        new Service("airtable", AirtableFixture::new),
        new Service("github", GitHubFixture::new),
        new Service("linear", LinearFixture::new),
        new Service("todoist", TodoistFixture::new));
  }

  private static Stage desk(Path folder, EmbeddedServer server, Service service, QueueFixture at)
      throws IOException {
    Stage desk = new Stage(folder, server).with("WORKER_QUEUE", service.name());
    desk.with("WORKER_AUTHORS", "anyone");
    at.settings(at.address()).forEach(desk::with);
    return desk;
  }

  /** What a person reads on a task. */
  private static List<String> comments(TaskQueue queue, String id) throws Exception {
    return queue.comments(id, Optional.empty()).stream().map(Comment::body).toList();
  }

  private static boolean allInReview(TaskQueue queue, List<String> ids) throws Exception {
    for (String id : ids) {
      if (standing(queue, id) != Standing.REVIEW) {
        return false;
      }
    }
    return true;
  }

  private static Standing standing(TaskQueue queue, String id) throws Exception {
    return queue.find(id).orElseThrow().standing();
  }

  @ParameterizedTest
  @MethodSource("services")
  void doesATaskOnceAndLeavesItForReview(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.making().make();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = desk(folder, server, service, at);
      desk.agent("cat >$S/prompt; echo 'The report is written. 🎉'");
      String id = at.person().puts(Draft.of("Write the report"));

      Outcome checkup = desk.nightdesk("doctor").run();
      Outcome first = desk.nightdesk("run").run();
      Outcome second = desk.nightdesk("run").run();

      assertThat(checkup.code()).as(checkup.out() + checkup.err()).isZero();
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(first.err()).contains("1 done");
      assertThat(second.code()).as(second.err()).isZero();
      assertThat(standing(queue, id)).isEqualTo(Standing.REVIEW);
      assertThat(comments(queue, id))
          .satisfiesExactly(
              comment -> assertThat(comment).startsWith("Working on it."),
              comment ->
                  assertThat(comment).startsWith("Done.").contains("The report is written. 🎉"));
      assertThat(Files.readString(folder.resolve("prompt"))).contains("Write the report");
      assertThat(Files.readAllLines(desk.home().resolve("runs.jsonl"))).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void needsNoOtherAdapter(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.making().make();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = desk(folder, server, service, at);
      Release alone =
          Release.built().copyTo(folder.resolve("alone")).with(service.name(), "command");
      String id = at.person().puts(Draft.of("Do without"));

      Outcome run = desk.nightdesk(alone, "run").run();

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(standing(queue, id)).isEqualTo(Standing.REVIEW);
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void takesOverWhatAKilledWorkerLeft(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.making().make();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = desk(folder, server, service, at);
      desk.agent(
          "cat >/dev/null; [ -e $S/again ] && echo done && exit; touch $S/started; sleep 600");
      String id = at.person().puts(Draft.of("Survive"));
      Started first = desk.nightdesk("watch").start();
      desk.awaitFile("started", first);
      first.process().destroyForcibly().waitFor();
      Files.createFile(folder.resolve("again"));

      Outcome second = desk.nightdesk("run").run();

      assertThat(second.code()).as(second.err()).isZero();
      assertThat(standing(queue, id)).isEqualTo(Standing.REVIEW);
      assertThat(comments(queue, id))
          .satisfiesExactly(
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).startsWith("Interrupted"),
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).startsWith("Done."));
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void saysThatTheTokenIsRefusedAndShowsNoneOfIt(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.making().make();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = desk(folder, server, service, at);
      String id = at.person().puts(Draft.of("Wait"));
      for (Map.Entry<String, String> setting : at.settings(at.address()).entrySet()) {
        if (setting.getKey().endsWith("TOKEN") || setting.getKey().endsWith("KEY")) {
          desk.with(setting.getKey(), setting.getValue().replaceAll("[0-9a-f]{4}$", "zzzz"));
        }
      }

      for (String command : List.of("doctor", "run")) {
        Outcome refused = desk.nightdesk(command).run();

        assertThat(refused.code()).as(command).isNotZero();
        assertThat(refused.out() + refused.err())
            .as(command)
            .containsIgnoringCase("token")
            .doesNotContain("zzzz", "Exception", "\tat ");
      }
      assertThat(standing(queue, id)).isEqualTo(Standing.READY);
      assertThat(comments(queue, id)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void sharesTheTasksAmongMachinesWithOneLedger(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.making().make();
        TaskQueue queue = at.open(at.address())) {
      Stage here = desk(Files.createDirectory(folder.resolve("here")), server, service, at);
      Stage there = desk(Files.createDirectory(folder.resolve("there")), server, service, at);
      String database = here.table() + "_ledger";
      here.sql("create database " + database);
      String url =
          server.url().replaceFirst("/[^/?]+(\\?|$)", "/" + database + "$1")
              + (server.url().contains("?") ? "&" : "?")
              + "user=%s&password=%s".formatted(server.user(), server.password().reveal());
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ids.add(at.person().puts(Draft.of("Task " + i)));
      }
      List<Started> watches = new ArrayList<>();
      for (Stage desk : List.of(here, there)) {
        desk.with("NIGHTDESK_DATABASE_URL", url).agent("cat >/dev/null; sleep 1; echo done");
        watches.add(desk.nightdesk("watch").start());
      }
      List<Outcome> said = new ArrayList<>();
      try {
        await().atMost(Stage.SOON.multipliedBy(2)).until(() -> allInReview(queue, ids));
      } finally {
        for (Started watch : watches) {
          watch.process().destroy();
          said.add(watch.await());
        }
      }
      for (String id : ids) {
        assertThat(comments(queue, id)).as("task %s; %s", id, said).hasSize(2);
      }
      long lines = 0;
      for (Stage desk : List.of(here, there)) {
        Path audit = desk.home().resolve("runs.jsonl");
        lines += Files.exists(audit) ? Files.readAllLines(audit).size() : 0;
      }
      assertThat(lines).as("%s", said).isEqualTo(ids.size());
    }
  }
}
