package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk at work: real processes, the embedded PostgreSQL, real agents. */
class DeskTest {
  @TempDir Path folder;

  @BeforeEach
  void takeTheRealPath() throws Exception {
    folder = folder.toRealPath();
  }

  private Command nightdesk(String agent, String... args) {
    return Release.built()
        .command(folder, args)
        .with("WORKER_QUEUE", "postgres")
        .with("WORKER_AGENT", "command")
        .with("WORKER_SANDBOX", "off")
        .with("COMMAND_AGENT", agent);
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
    String agent = "sh -c 'cat >/dev/null; echo I am done'";
    assertThat(nightdesk(agent, "add", "First").run().out()).isEqualTo("worker/1\n");
    nightdesk(agent, "add", "--priority", "5", "--description", "-", "--", "--help $(id)")
        .reading("the text\n")
        .run();

    Outcome run = nightdesk(agent, "run").run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("2 done, 0 failed, 0 held.", "without a sandbox");

    assertThat(nightdesk(agent, "tasks").run().out()).isEmpty();
    List<String> tasks = nightdesk(agent, "tasks", "--all", "--json").run().lines();
    assertThat(tasks).hasSize(2).allMatch(line -> line.contains("\"state\":\"review\""));
    assertThat(tasks.toString()).contains("\"task_title\":\"--help $(id)\"");

    List<String> runs = nightdesk(agent, "runs", "--json").run().lines();
    assertThat(runs).hasSize(2).allMatch(line -> line.contains("\"status\":\"OK\""));
    String id = runs.get(0).replaceFirst(".*\"run_id\":\"([^\"]+)\".*", "$1");
    assertThat(nightdesk(agent, "show", id).run().out()).contains(id, "I am done", "OK");
    assertThat(nightdesk(agent, "show", id, "--json").run().out()).contains("\"run_id\":\"" + id);
    assertThat(nightdesk(agent, "logs", id).run().out()).contains("I am done");
    assertThat(nightdesk(agent, "explain", "1").run().out()).contains("review");
    assertThat(nightdesk(agent, "verify-audit").run().out()).contains("2 records");

    assertThat(nightdesk(agent, "run").run().err()).contains("Nothing was ready.");
    assertThat(nightdesk(agent, "resume", "--task", "1").run().out()).contains("ready again");
    assertThat(nightdesk(agent, "run", "--task", "worker/1").run().err()).contains("1 done");

    assertThat(nightdesk(agent, "prune", "--older-than", "0s").run().code()).isZero();
    assertThat(folder.resolve("home/runs")).isEmptyDirectory();
    assertThat(folder.resolve("home/workspaces")).isEmptyDirectory();
    assertThat(nightdesk(agent, "verify-audit").run().out()).contains("3 records");
  }

  @Test
  void tellsByItsExitCodeThatARunFailed() throws Exception {
    String agent = "sh -c 'echo it broke >&2; exit 4'";
    nightdesk(agent, "add", "Hopeless").run();

    assertThat(nightdesk(agent, "run").with("WORKER_MAX_ATTEMPTS", "1").run().code()).isEqualTo(1);
  }

  @Test
  void startsNothingWhileItIsStopped() throws Exception {
    String agent = "sh -c 'cat >/dev/null; echo done'";
    nightdesk(agent, "add", "Later").run();
    assertThat(nightdesk(agent, "stop", "--why", "a test").run().code()).isZero();

    nightdesk(agent, "run").run();
    assertThat(nightdesk(agent, "runs", "--json").run().out()).isEmpty();
    assertThat(nightdesk(agent, "explain", "1").run().out()).contains("a test");

    assertThat(nightdesk(agent, "resume").run().out()).contains("Everything goes on.");
    assertThat(nightdesk(agent, "run").run().err()).contains("1 done");
  }

  @Test
  void finishesWhatRunsOnTheFirstTermination() throws Exception {
    String agent = "sh -c 'cat >/dev/null; touch ../../started; sleep 3; echo done'";
    nightdesk(agent, "add", "Slow").run();
    Started watch = nightdesk(agent, "watch", "--drain", "60s").start();
    awaitRunning(watch);

    watch.process().destroy();
    Outcome outcome = watch.await();

    assertThat(outcome.code()).isEqualTo(143);
    assertThat(outcome.err()).contains("waiting for 1 running");
    assertThat(nightdesk(agent, "runs", "--json").run().out()).contains("\"status\":\"OK\"");
  }

  @Test
  void stopsAtOnceOnTheSecondTermination() throws Exception {
    String agent = "sh -c 'cat >/dev/null; touch ../../started; sleep 300; echo done'";
    nightdesk(agent, "add", "Endless").run();
    Started watch = nightdesk(agent, "watch").start();
    awaitRunning(watch);

    watch.process().destroy();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.readString(watch.err()).contains("waiting for 1 running"));
    long second = System.nanoTime();
    watch.process().destroy();

    assertThat(watch.await().code()).isEqualTo(143);
    assertThat(Duration.ofNanos(System.nanoTime() - second)).isLessThan(Duration.ofSeconds(15));
    assertThat(nightdesk(agent, "tasks").run().out()).contains("ready");
  }

  @Test
  void stopsWhenTheTimeToDrainIsOver() throws Exception {
    String agent = "sh -c 'cat >/dev/null; touch ../../started; sleep 300; echo done'";
    nightdesk(agent, "add", "Endless").run();
    Started watch = nightdesk(agent, "watch", "--drain", "1s").start();
    awaitRunning(watch);

    watch.process().destroy();

    assertThat(watch.await().code()).isEqualTo(143);
    assertThat(nightdesk(agent, "tasks").run().out()).contains("ready");
  }

  @Test
  void followsTheTranscriptOfARunUntilItEnds() throws Exception {
    String agent = "sh -c 'cat >/dev/null; echo one; touch ../../started; sleep 3; echo two'";
    nightdesk(agent, "add", "Slow").run();
    Started run = nightdesk(agent, "run").start();
    awaitRunning(run);
    String id;
    try (Stream<Path> runs = Files.list(folder.resolve("home/runs"))) {
      id = runs.findFirst().orElseThrow().getFileName().toString();
    }

    Outcome logs = nightdesk(agent, "logs", "--follow", id.substring(0, 20)).run();

    assertThat(logs.code()).isZero();
    assertThat(logs.out()).contains("one", "two");
    assertThat(run.await().code()).isZero();
  }

  @Test
  void drawsOneLinePerRunningTaskOnATerminal() throws Exception {
    String agent = "sh -c 'cat >/dev/null; touch ../../started; sleep 2; echo done'";
    nightdesk(agent, "add", "Watch me").run();

    Outcome run =
        nightdesk(agent, "run").with("JDK_JAVA_OPTIONS", "-Dnightdesk.terminal=100").run();

    assertThat(run.out()).contains("Watch me", "last sign", "\u001b[1A");
    assertThat(run.out().lines().toList().getLast()).contains("worker/1", "Watch me");
  }

  private void awaitRunning(Started program) {
    Path started = folder.resolve("home/started");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(started) || !program.process().isAlive());
    assertThat(started).exists();
  }
}
