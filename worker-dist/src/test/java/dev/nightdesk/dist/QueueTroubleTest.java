package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.FaultProxy;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same when a worker dies, an answer is lost, a person steps in, or two machines work. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class QueueTroubleTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void takesOverWhatAKilledWorkerLeft(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      desk.agent(
          "cat >/dev/null; [ -e $S/again ] && echo done && exit; touch $S/started; sleep 600");
      String id = at.person().puts(Draft.of("Survive"));
      Started first = desk.nightdesk("watch").start();
      desk.awaitFile("started", first);
      first.process().destroyForcibly().waitFor();
      Files.createFile(folder.resolve("again"));

      Outcome second = desk.nightdesk("run").run();

      assertThat(second.code()).as(second.err()).isZero();
      assertThat(Service.standing(queue, id)).isEqualTo(Standing.REVIEW);
      assertThat(Service.comments(queue, id))
          .satisfiesExactly(
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).startsWith("Interrupted"),
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).startsWith("Done."));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void writesNoCommentTwiceThoughAReplyIsLost(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address());
        FaultProxy proxy = FaultProxy.before(at.address())) {
      Stage desk = service.desk(folder, server, at);
      at.settings(proxy.address()).forEach(desk::with);
      String id = at.person().puts(Draft.of("Lose a reply"));
      proxy.dropReplyTo(at.decisiveRequest());

      Outcome run = desk.nightdesk("run").run();

      assertThat(proxy.dropped()).as("replies that were lost").isPositive();
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(Service.standing(queue, id)).isEqualTo(Standing.REVIEW);
      assertThat(Service.comments(queue, id)).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void stopsTheRunOfATaskThatAPersonCloses(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      String mark = "sleep 85" + ProcessHandle.current().pid() + System.nanoTime() % 1_000;
      desk.agent("cat >/dev/null; touch $S/started; " + mark);
      String id = at.person().puts(Draft.of("Think better of it"));
      Started watch = desk.nightdesk("watch").start();
      try {
        desk.awaitFile("started", watch);
        await().atMost(Stage.SOON).until(() -> Stage.runs(mark));

        at.person().closes(id);

        await().atMost(Stage.SOON).until(() -> !Stage.runs(mark));
      } finally {
        watch.process().destroy();
        watch.await();
      }
      assertThat(Service.comments(queue, id)).noneMatch(comment -> comment.startsWith("Done."));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void sharesTheTasksAmongMachinesWithOneLedger(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage here = service.desk(Files.createDirectory(folder.resolve("here")), server, at);
      Stage there = service.desk(Files.createDirectory(folder.resolve("there")), server, at);
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
        await().atMost(Stage.SOON.multipliedBy(2)).until(() -> Service.allInReview(queue, ids));
      } finally {
        for (Started watch : watches) {
          watch.process().destroy();
          said.add(watch.await());
        }
      }
      for (String id : ids) {
        assertThat(Service.comments(queue, id)).as("task %s; %s", id, said).hasSize(2);
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
