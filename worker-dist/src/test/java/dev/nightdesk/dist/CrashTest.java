package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Workers that die, and people who step in while an agent works. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class CrashTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Stage desk;

  private final List<Started> watches = new ArrayList<>();

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    desk = new Stage(folder, server);
  }

  @AfterEach
  void endWhatIsLeft() {
    watches.forEach(watch -> watch.process().destroyForcibly());
  }

  private Started watch() throws Exception {
    Started watch = desk.nightdesk("watch").start();
    watches.add(watch);
    return watch;
  }

  /** Works for ever in its first run and is done at once in the next; known by its command. */
  private String hangsOnce() throws Exception {
    String mark = "sleep 86" + ProcessHandle.current().pid() + System.nanoTime() % 1_000;
    desk.agent("cat >/dev/null; [ -e $S/again ] && echo done && exit; touch $S/started; " + mark);
    return mark;
  }

  private static void awaitGone(String mark, Duration atMost) {
    await("no process is left").atMost(atMost).until(() -> !Stage.runs(mark));
  }

  @Test
  void takesOverWhatAKilledWorkerLeftAndWritesNothingTwice() throws Exception {
    String mark = hangsOnce();
    desk.withTables();
    long id = desk.insert("Survive", "");
    Started first = watch();
    desk.awaitFile("started", first);
    assertThat(Stage.runs(mark)).isTrue();

    first.process().destroyForcibly().waitFor();
    awaitGone(mark, Duration.ofSeconds(5));
    Files.createFile(desk.folder().resolve("again"));
    Started second = watch();

    desk.awaitStatus(id, "review");
    await().atMost(Stage.SOON).until(() -> desk.comments(id).size() == 4);
    assertThat(desk.comments(id))
        .satisfiesExactly(
            comment -> assertThat(comment).startsWith("Working on it.").contains("attempt 1"),
            comment -> assertThat(comment).startsWith("Interrupted"),
            comment -> assertThat(comment).startsWith("Working on it."),
            comment -> assertThat(comment).startsWith("Done."));
    second.process().destroy();
    assertThat(second.await().code()).isEqualTo(143);
    assertThat(desk.nightdesk("runs", "--json").run().lines())
        .anyMatch(line -> line.contains("\"LOST\""))
        .anyMatch(line -> line.contains("\"OK\"") && line.contains("\"cause\":\"takeover\""));
    assertThat(desk.nightdesk("verify-audit").run().out()).contains("2 records");
  }

  @Test
  void endsARunWithinTenSecondsOfAStopAndGoesOnAfterwards() throws Exception {
    String mark = hangsOnce();
    desk.withTables();
    Started watch = watch();
    long id = desk.insert("Stop me", "");
    desk.awaitFile("started", watch);

    assertThat(desk.nightdesk("stop", "--why", "a test").run().code()).isZero();
    awaitGone(mark, Duration.ofSeconds(10));
    await().atMost(Stage.SOON).until(() -> desk.comments(id).size() == 2);
    assertThat(desk.comments(id).getLast())
        .startsWith("Stopped.")
        .contains("It goes on when that is over: `nightdesk resume`, or");
    assertThat(desk.status(id)).isEqualTo("pending");

    Files.createFile(desk.folder().resolve("again"));
    assertThat(desk.nightdesk("resume").run().code()).isZero();
    desk.awaitStatus(id, "review");
    assertThat(watch.process().isAlive()).isTrue();
  }

  @Test
  void stopsARunWhoseTaskWasClosedAndSaysNothingMore() throws Exception {
    String mark = hangsOnce();
    desk.withTables();
    Started watch = watch();
    long id = desk.insert("Close me", "");
    desk.awaitFile("started", watch);

    desk.sql("update " + desk.table() + " set status = 'closed' where id = " + id);

    // The poll interval of a second, and five more.
    awaitGone(mark, Duration.ofSeconds(6));
    watch.process().destroy();
    assertThat(watch.await().code()).isEqualTo(143);
    assertThat(desk.status(id)).isEqualTo("closed");
    assertThat(desk.comments(id)).singleElement().asString().startsWith("Working on it.");
  }

  @Test
  void sharesOneHomeBetweenTwoThatWatch() throws Exception {
    desk.agent("cat >/dev/null; echo x >>$S/carried; echo done").withTables();
    Started one = watch();
    Started two = watch();
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      ids.add(desk.insert("Task " + n, ""));
    }

    for (long id : ids) {
      desk.awaitStatus(id, "review");
      assertThat(desk.comments(id)).hasSize(2);
    }
    assertThat(Files.readAllLines(desk.folder().resolve("carried"))).hasSize(8);
    for (Started watch : List.of(one, two)) {
      watch.process().destroy();
      assertThat(watch.await().code()).isEqualTo(143);
    }
    assertThat(desk.nightdesk("verify-audit").run().out()).contains("8 records");
  }

  @Test
  void leavesNoZombieWhereItIsTheFirstProcessOfAContainer() throws Exception {
    List<String> container = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");
    assumeTrue(
        desk.nightdeskIn(container, "--help").run().code() == 0,
        "NOT TESTED on this machine: it lets nobody make a namespace of process ids");
    desk.with("WORKER_SANDBOX", "on").withTables();
    desk.with(
        "COMMAND_AGENT",
        "sh -c 'cat >/dev/null; (setsid sleep 300 </dev/null >/dev/null 2>&1 &); echo done'");
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      ids.add(desk.insert("Task " + n, ""));
    }
    Started watch = desk.nightdeskIn(container, "watch").start();
    watches.add(watch);

    for (long id : ids) {
      desk.awaitStatus(id, "review");
    }
    ProcessHandle first = watch.process().children().findFirst().orElseThrow();
    await("no zombie is left").atMost(Duration.ofSeconds(10)).until(() -> zombies(first) == 0);

    first.destroy();
    assertThat(watch.await().code()).isEqualTo(143);
  }

  /** How many processes below that one have ended and are not taken leave of. */
  private static long zombies(ProcessHandle above) {
    return above.descendants().filter(CrashTest::isZombie).count();
  }

  private static boolean isZombie(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException gone) {
      return false;
    }
  }
}
