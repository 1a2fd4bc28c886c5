package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same where the service wants fewer calls, answers in part, or has very many tasks. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class QueueStormTest {
  private static final int MANY = 10_000;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void waitsWhereTheServiceWantsFewerCalls(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      String id = at.person().puts(Draft.of("Weather the storm"));
      CannedService canned = at.canned().orElseThrow();
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      canned.instead(request -> {
        boolean storm = asked.incrementAndGet() % 4 == 1 && refused.get() < 3;
        if (!storm) {
          return Optional.empty();
        }
        refused.incrementAndGet();
        return Optional.of(Reply.of(429, "{}").with("Retry-After", "1"));
      });

      Started watch = desk.nightdesk("watch").start();
      try {
        await()
            .atMost(Stage.SOON.multipliedBy(5)) // Airtable is left alone for 30 s each time
            .until(() -> audit(desk).contains("\"status\":\"OK\""));
      } finally {
        watch.process().destroy();
        watch.await();
        canned.asUsual();
      }

      assertThat(Service.standing(queue, id)).isEqualTo(Standing.REVIEW);
      assertThat(refused.get()).as("refusals").isGreaterThanOrEqualTo(2);
      assertThat(Service.comments(queue, id))
          .filteredOn(comment -> comment.startsWith("Done."))
          .hasSize(1);
      // A claim that the service did not confirm in time ends as a run that was not charged.
      assertThat(audit(desk).lines())
          .allSatisfy(line -> assertThat(line).contains("\"attempt\":1"));
      assertThat(audit(desk).lines()).filteredOn(line -> line.contains("\"OK\"")).hasSize(1);
    }
  }

  private static String audit(Stage desk) throws IOException {
    Path file = desk.home().resolve("runs.jsonl");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void neverReadsABrokenAnswerAsNoTasks(Service service, EmbeddedServer server) throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      desk.agent(
          "cat >/dev/null; touch $S/started; until [ -e $S/end ]; do sleep 0.1; done; echo done");
      String id = at.person().puts(Draft.of("Go on through it"));
      CannedService canned = at.canned().orElseThrow();
      Started watch = desk.nightdesk("watch").start();
      try {
        desk.awaitFile("started", watch);
        AtomicInteger broken = new AtomicInteger();
        canned.instead(request -> {
          broken.incrementAndGet();
          return Optional.of(Reply.of(200, "{\"data\":[{\"id\":\"1\",\"titl"));
        });
        await().atMost(Stage.SOON).until(() -> broken.get() >= 3);
        Outcome other = service.desk(home("other"), server, at).nightdesk("run").run();
        canned.asUsual();
        Files.createFile(folder.resolve("end"));
        await()
            .atMost(Stage.SOON.multipliedBy(2))
            .until(() -> queue.find(id).orElseThrow().standing() == Standing.REVIEW);

        assertThat(other.code()).as("%s %s", other.out(), other.err()).isEqualTo(3);
        assertThat(other.err()).doesNotContain("0 done", "Exception", "\tat ");
      } finally {
        watch.process().destroy();
        watch.await();
      }
      assertThat(Service.comments(queue, id)).hasSize(2);
    }
  }

  private Path home(String name) throws Exception {
    return Files.createDirectory(folder.resolve(name));
  }

  @ParameterizedTest
  @MethodSource("dev.nightdesk.dist.Service#all")
  void findsTheMostUrgentOfTenThousandTasks(Service service, EmbeddedServer server)
      throws Exception {
    try (QueueFixture at = service.start();
        TaskQueue queue = at.open(at.address())) {
      Stage desk = service.desk(folder, server, at);
      desk.agent("cat >/dev/null; touch $S/ran; echo done");
      List<Draft> drafts = new ArrayList<>(MANY);
      drafts.add(Draft.of("Do me first").priority(1));
      for (int i = 1; i < MANY; i++) {
        drafts.add(Draft.of("Task " + i));
      }
      String urgent = at.person().puts(drafts).getFirst();

      Started watch = desk.nightdesk("watch").start();
      Outcome said;
      try {
        desk.awaitFile("ran", watch);
        await()
            .atMost(Stage.SOON)
            .until(() -> queue.find(urgent).orElseThrow().standing() == Standing.REVIEW);
      } finally {
        watch.process().destroy();
        said = watch.await();
      }

      assertThat(Service.comments(queue, urgent)).as(said.err()).hasSize(2);
      assertThat(Files.readAllLines(desk.home().resolve("runs.jsonl")).getFirst())
          .contains("\"task_id\":\"" + urgent + "\"");
    }
  }
}
