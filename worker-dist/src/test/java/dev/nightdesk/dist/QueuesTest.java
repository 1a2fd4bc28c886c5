package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.QueueFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void doesWhatIsOpenOnceAndLeavesItForReview(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      desk.agent("cat >>$S/prompts; echo 'The report is written. 🎉'");
      String first = at.person().puts(Draft.of("Write the report"));
      String second = at.person().puts(Draft.of("Send it to nobody"));

      Outcome checkup = desk.nightdesk("doctor").run();
      Outcome run = desk.nightdesk("run").run();
      Outcome again = desk.nightdesk("run").run();

      assertThat(checkup.code()).as(checkup.out() + checkup.err()).isZero();
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("2 done");
      assertThat(again.code()).as(again.err()).isZero();
      for (String id : List.of(first, second)) {
        assertThat(Service.standing(queue, id)).as("still open").isEqualTo(Standing.REVIEW);
        assertThat(Service.comments(queue, id))
            .satisfiesExactly(
                comment -> assertThat(comment).startsWith("Working on it."),
                comment ->
                    assertThat(comment).startsWith("Done.").contains("The report is written. 🎉"));
      }
      assertThat(Files.readString(folder.resolve("prompts")))
          .contains("Write the report", "Send it to nobody");
      assertThat(Files.readAllLines(desk.home().resolve("runs.jsonl"))).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void leavesAloneWhatIsClosedAndTheLabelsOfOthers(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      String open = at.person().puts(Draft.of("Do it"));
      String closed = at.person().puts(Draft.of("Was done by hand"));
      at.person().closes(closed);
      boolean labels = at.abilities().contains(Ability.LABELS);
      if (labels) {
        at.person().labels(open, "mine");
      }

      Outcome run = desk.nightdesk("run").run();

      assertThat(run.err()).contains("1 done, 0 failed, 0 held.");
      assertThat(Service.standing(queue, closed)).isEqualTo(Standing.CLOSED);
      assertThat(Service.comments(queue, closed)).isEmpty();
      assertThat(Service.standing(queue, open)).isEqualTo(Standing.REVIEW);
      assertThat(queue.find(open).orElseThrow().labels().contains("mine")).isEqualTo(labels);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void needsNoOtherAdapter(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      Release alone =
          Release.built().copyTo(folder.resolve("alone")).with(service.name(), "command");
      String id = at.person().puts(Draft.of("Do without"));

      Outcome run = desk.nightdesk(alone, "run").run();

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(Service.standing(queue, id)).isEqualTo(Standing.REVIEW);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void saysThatTheTokenIsRefusedAndShowsNoneOfIt(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      String id = at.person().puts(Draft.of("Wait"));
      for (Map.Entry<String, String> setting : at.settings(at.address()).entrySet()) {
        if (setting.getKey().endsWith("TOKEN") || setting.getKey().endsWith("KEY")) {
          desk.with(setting.getKey(), setting.getValue() + "zzzz");
        }
      }

      for (String command : List.of("doctor", "run")) {
        Outcome refused = desk.nightdesk(command).run();

        assertThat(refused.code()).as(command).isEqualTo(2);
        assertThat(refused.out() + refused.err())
            .as(command)
            .containsPattern("(?i)token|API_KEY")
            .doesNotContain("zzzz", "Exception", "\tat ");
      }
      assertThat(Service.standing(queue, id)).isEqualTo(Standing.READY);
      assertThat(Service.comments(queue, id)).isEmpty();
    }
  }
}
