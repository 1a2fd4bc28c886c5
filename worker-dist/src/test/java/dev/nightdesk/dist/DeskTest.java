package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The desk at work: real processes, a real PostgreSQL, real agents. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class DeskTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Stage desk;

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    desk = new Stage(folder, server);
  }

  @Test
  void showsInTheDemoWhatAPersonWouldSeeAndDoesSoAgain() throws Exception {
    for (int time = 1; time <= 2; time++) {
      Outcome demo = Release.built().command(folder, "demo").run();

      assertThat(demo.code()).as(demo.err()).isZero();
      assertThat(demo.out())
          .contains("Working on it", "The sum is 247", "count.txt", "sorted.txt")
          .contains("All three are in review");
      assertThat(demo.out().lines().filter(line -> line.endsWith("[review]"))).hasSize(3);
    }
    assertThat(folder.resolve("home/demo/runs")).isDirectory();
  }

  @Test
  void takesATaskFromAddToReview() throws Exception {
    desk.agent("cat >/dev/null; echo I am done");
    assertThat(desk.nightdesk("add", "First").run().out()).isEqualTo("worker/1\n");
    desk.nightdesk("add", "--priority", "5", "--description", "-", "--", "--help $(id)")
        .reading("the text\n")
        .run();

    Outcome run = desk.nightdesk("run").run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("2 done, 0 failed, 0 held.", "without a sandbox");

    assertThat(desk.nightdesk("tasks").run().out()).isEmpty();
    List<String> tasks = desk.nightdesk("tasks", "--all", "--json").run().lines();
    assertThat(tasks).hasSize(2).allMatch(line -> line.contains("\"state\":\"review\""));
    assertThat(tasks.toString()).contains("\"task_title\":\"--help $(id)\"");

    List<String> runs = desk.nightdesk("runs", "--json").run().lines();
    assertThat(runs).hasSize(2).allMatch(line -> line.contains("\"status\":\"OK\""));
    String id = runs.get(0).replaceFirst(".*\"run_id\":\"([^\"]+)\".*", "$1");
    assertThat(desk.nightdesk("show", id).run().out()).contains(id, "I am done", "OK");
    assertThat(desk.nightdesk("show", id, "--json").run().out()).contains("\"run_id\":\"" + id);
    assertThat(desk.nightdesk("logs", id).run().out()).contains("I am done");
    assertThat(desk.nightdesk("explain", "1").run().out())
        .startsWith("worker/1  First\n")
        .contains("waits for your review");
    assertThat(desk.nightdesk("explain", "worker/1", "--json").run().out())
        .startsWith("{\"worker\":\"worker\",\"task_id\":\"1\"")
        .contains("\"explanation\":[\"It was done");
  }

  @Test
  void doesATaskAgainWhenAskedAndPrunesWhatItLeft() throws Exception {
    desk.nightdesk("add", "Again").run();
    desk.nightdesk("run").run();

    assertThat(desk.nightdesk("run").run().err()).contains("Nothing was ready.");
    assertThat(desk.nightdesk("resume", "--task", "1").run().out()).contains("ready again");
    assertThat(desk.nightdesk("run", "--task", "worker/1").run().err()).contains("1 done");

    assertThat(desk.nightdesk("prune", "--older-than", "0s").run().code()).isZero();
    assertThat(desk.home().resolve("runs")).isEmptyDirectory();
    assertThat(desk.home().resolve("workspaces")).isEmptyDirectory();
    assertThat(desk.nightdesk("verify-audit").run().out()).contains("2 records");
  }

  @Test
  void tellsByItsExitCodeThatARunFailed() throws Exception {
    desk.agent("echo it broke >&2; exit 4").with("WORKER_MAX_ATTEMPTS", "1");
    desk.nightdesk("add", "Hopeless").run();

    assertThat(desk.nightdesk("run").run().code()).isEqualTo(1);
    assertThat(desk.status(1)).isEqualTo("failed");
    assertThat(desk.comments(1).getLast())
        .startsWith("Failed. The program ended with exit code 4: it broke");
  }

  @Test
  void saysWhyNothingStartsWhileItIsStopped() throws Exception {
    desk.nightdesk("add", "Later").run();
    assertThat(desk.nightdesk("stop", "--why", "a test").run().code()).isZero();

    Outcome run = desk.nightdesk("run").run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("Everything is stopped: a test. To go on: nightdesk resume")
        .doesNotContain("Nothing was ready");
    assertThat(desk.nightdesk("runs", "--json").run().out()).isEmpty();
    assertThat(desk.nightdesk("explain", "1").run().out()).contains("a test");

    assertThat(desk.nightdesk("resume").run().out()).contains("Everything goes on.");
    assertThat(desk.nightdesk("run").run().err()).contains("1 done");
  }

  @Test
  void saysThatAWorkerIsHeldAndHowItGoesOn() throws Exception {
    // Found at the start, gone when the run begins.
    desk.agent("rm -f \"$0\"; echo done");
    desk.nightdesk("add", "One").run();
    desk.nightdesk("add", "Two").run();

    Outcome run = desk.nightdesk("run").run();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("Worker worker is held", "nightdesk resume --worker worker");
  }

  @Test
  void finishesWhatRunsOnTheFirstTermination() throws Exception {
    desk.agent("cat >/dev/null; touch $S/started; sleep 3; echo done");
    desk.nightdesk("add", "Slow").run();
    Started watch = desk.nightdesk("watch", "--drain", "60s").start();
    desk.awaitFile("started", watch);

    watch.process().destroy();
    Outcome outcome = watch.await();

    assertThat(outcome.code()).isEqualTo(143);
    assertThat(outcome.err()).contains("waiting for 1 running");
    assertThat(desk.status(1)).isEqualTo("review");
  }

  @Test
  void stopsAtOnceOnTheSecondTermination() throws Exception {
    desk.agent("cat >/dev/null; touch $S/started; sleep 300; echo done");
    desk.nightdesk("add", "Endless").run();
    Started watch = desk.nightdesk("watch").start();
    desk.awaitFile("started", watch);

    watch.process().destroy();
    await()
        .atMost(Stage.SOON)
        .until(() -> Files.readString(watch.err()).contains("waiting for 1 running"));
    long second = System.nanoTime();
    watch.process().destroy();

    assertThat(watch.await().code()).isEqualTo(143);
    assertThat(Duration.ofNanos(System.nanoTime() - second)).isLessThan(Duration.ofSeconds(15));
    assertThat(desk.status(1)).isEqualTo("pending");
  }

  @Test
  void stopsWhenTheTimeToDrainIsOver() throws Exception {
    desk.agent("cat >/dev/null; touch $S/started; sleep 300; echo done");
    desk.nightdesk("add", "Endless").run();
    Started watch = desk.nightdesk("watch", "--drain", "1s").start();
    desk.awaitFile("started", watch);

    watch.process().destroy();

    assertThat(watch.await().code()).isEqualTo(143);
    assertThat(desk.status(1)).isEqualTo("pending");
  }

  @Test
  void followsTheTranscriptOfARunUntilItEnds() throws Exception {
    desk.agent("cat >/dev/null; echo one; touch $S/started; sleep 3; echo two");
    desk.nightdesk("add", "Slow").run();
    Started run = desk.nightdesk("run").start();
    desk.awaitFile("started", run);
    String id = desk.home().resolve("runs").toFile().list()[0];

    Outcome logs = desk.nightdesk("logs", "--follow", id.substring(0, 20)).run();

    assertThat(logs.code()).isZero();
    assertThat(logs.out()).contains("one", "two");
    assertThat(run.await().code()).isZero();
  }

  @Test
  void drawsOneLinePerRunningTaskOnATerminal() throws Exception {
    desk.agent("cat >/dev/null; sleep 2; echo done");
    desk.nightdesk("add", "Watch me").run();

    Outcome run = desk.nightdesk("run").with("JDK_JAVA_OPTIONS", "-Dnightdesk.terminal=100").run();

    assertThat(run.out()).contains("Watch me", "last sign", "\u001b[1A");
    assertThat(run.out().lines().filter(line -> line.contains("OK")))
        .singleElement()
        .asString()
        .contains("worker/1", "Watch me");
  }
}
