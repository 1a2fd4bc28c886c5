package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.testkit.FaultProxy;
import dev.nightdesk.testkit.Thorough;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The same program with homes on several machines, on one ledger in PostgreSQL. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class ManyMachinesTest {
  private static final int RESTARTS = Integer.getInteger("nightdesk.restarts", 6);

  /** Seconds; with {@code -Dnightdesk.beat=10}, the heartbeat that users have, nine are 90 s. */
  private static final int BEAT = Integer.getInteger("nightdesk.beat", 1);

  @TempDir Path folder;

  private final String mark =
      "86" + ProcessHandle.current().pid() + "." + System.nanoTime() % 1_000_000;

  @SuppressWarnings("NullAway.Init")
  private Machines machines;

  @SuppressWarnings("NullAway.Init")
  private Stage one;

  @SuppressWarnings("NullAway.Init")
  private Stage two;

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    // Works for ever until there is a file that says otherwise.
    machines = new Machines(folder, server, "[ -e again ] && echo done && exit; sleep " + mark);
    one = machines.one();
    two = machines.two();
  }

  @AfterEach
  void endWhatIsLeft() {
    machines.close();
  }

  private Started watch(Stage machine) throws Exception {
    return machines.watch(machine);
  }

  private List<String> begun() throws IOException {
    return machines.begun();
  }

  private static void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await().atMost(time.multipliedBy(3)).until(() -> System.nanoTime() - until >= 0);
  }

  private void awaitGone(Duration atMost) {
    await("no process is left").atMost(atMost).until(() -> !Stage.runs(mark));
  }

  private void awaitAllDone(List<Long> ids) throws IOException {
    if (!Files.exists(folder.resolve("again"))) {
      Files.createFile(folder.resolve("again"));
    }
    ids.forEach(id -> one.awaitStatus(id, "review"));
  }

  @Test
  void stopsEveryMachineInTimeAndStaysStoppedAfterARestart() throws Exception {
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      ids.add(one.insert("Stop me " + n, ""));
    }
    watch(one);
    watch(two);
    await().atMost(Stage.SOON).until(() -> begun().containsAll(List.of("one", "two")));

    assertThat(one.nightdesk("stop", "--why", "a test").run().code()).isZero();
    long stopped = System.nanoTime();
    pass(Duration.ofSeconds(2));
    int before = begun().size();
    ids.add(one.insert("Too late", ""));
    awaitGone(Duration.ofSeconds(8));
    Duration took = Duration.ofNanos(System.nanoTime() - stopped);
    System.out.println("nothing runs on two machines " + took.toMillis() + " ms after the stop");

    for (Started watch : machines.watches()) {
      watch.process().destroyForcibly().waitFor();
    }
    watch(one);
    Started again = watch(two);
    await().atMost(Stage.SOON).until(() -> Files.readString(again.err()).contains("stopped"));
    pass(Duration.ofSeconds(3));
    assertThat(begun()).as("starts from 2 s after the stop on").hasSize(before);

    assertThat(two.nightdesk("resume").run().code()).isZero();
    awaitAllDone(ids);
  }

  @Test
  void stopsOneMachineByAFileWhileTheOtherGoesOn() throws Exception {
    long id = one.insert("Move on", "");
    watch(one);
    await().atMost(Stage.SOON).until(() -> begun().equals(List.of("one")));

    Files.createFile(one.home().resolve("STOP"));
    awaitGone(Duration.ofSeconds(10));
    watch(two);

    awaitAllDone(List.of(id));
    assertThat(begun()).containsExactly("one", "two");
  }

  @Test
  void endsTheRunsOfClosedTasksThoughAnotherMachineHearsOfThemFirst() throws Exception {
    for (int n = 0; n < 4; n++) {
      one.insert("Close me " + n, "");
    }
    watch(one);
    List<String> second = List.of(Long.toString(watch(two).process().pid()));
    await().atMost(Stage.SOON).until(() -> begun().size() == 4);

    Machines.signal("STOP", second);
    one.sql("update " + one.table() + " set status = 'closed'");
    await()
        .atMost(Stage.SOON)
        .until(() -> one.nightdesk("tasks").run().out().split("Close me").length == 3);
    Machines.signal("CONT", second);
    awaitGone(Duration.ofSeconds(10));
    assertThat(begun()).hasSize(4).contains("one", "two");
  }

  @Test
  void endsItsAgentsWhereTheLedgerVanishesAndGoesOnWhenItIsBack() throws Exception {
    try (FaultProxy proxy =
        FaultProxy.before(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), one.server().port()))) {
      one.with("NIGHTDESK_DATABASE_URL", machines.ledger(proxy.address().getPort()));
      one.with("JDK_JAVA_OPTIONS", "-Dnightdesk.heartbeat=1s");
      long id = one.insert("Outlast it", "");
      Started watch = watch(one);
      await().atMost(Stage.SOON).until(() -> Stage.runs(mark));

      proxy.blackhole();
      // Three seconds without a heartbeat, and a slow machine.
      awaitGone(Duration.ofSeconds(8));
      assertThat(watch.process().isAlive()).isTrue();
      proxy.heal();

      awaitAllDone(List.of(id));
      assertThat(one.comments(id)).filteredOn(text -> text.startsWith("Done.")).hasSize(1);
      assertThat(watch.process().isAlive()).isTrue();
    }
  }

  @Test
  void takesOverFromAKilledMachineWithinNineHeartbeats() throws Exception {
    machines.beatEvery(BEAT);
    long id = one.insert("Take me over", "");
    Started first = watch(one);
    await().atMost(Stage.SOON).until(() -> begun().equals(List.of("one")));
    Started second = watch(two);
    await().atMost(Stage.SOON).until(() -> Files.readString(second.err()).contains("Watching."));
    Files.createFile(folder.resolve("again"));

    assertWithinNineHeartbeats(first, () -> begun().size() == 2);
    awaitAllDone(List.of(id));
    assertThat(begun()).containsExactly("one", "two");
  }

  @Test
  void putsBackTheTaskOfAKilledMachineWithinNineHeartbeatsThoughTheOtherIsBusy() throws Exception {
    machines.beatEvery(BEAT);
    one.with("WORKER_CONCURRENCY", "1");
    two.with("WORKER_CONCURRENCY", "1");
    long id = one.insert("Take me over", "");
    Started first = watch(one);
    await().atMost(Stage.SOON).until(() -> begun().equals(List.of("one")));
    long other = one.insert("Takes long", "");
    watch(two);
    await().atMost(Stage.SOON).until(() -> begun().size() == 2);

    assertWithinNineHeartbeats(first, () -> one.comments(id).getLast().startsWith("Interrupted"));
    assertThat(one.status(id)).isEqualTo("pending");
    assertThat(one.status(other)).isEqualTo("running");
    assertThat(begun()).hasSize(2);
  }

  private static void assertWithinNineHeartbeats(Started killed, Callable<Boolean> takenOver)
      throws Exception {
    killed.process().destroyForcibly().waitFor();
    long began = System.nanoTime();
    await().atMost(Stage.SOON.plusSeconds(9L * BEAT)).until(takenOver);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    System.out.println("taken over after " + took.toMillis() + " ms");
    // What a slow machine needs to start an agent does not grow with the heartbeat.
    Duration slack = BEAT < 10 ? Duration.ofSeconds(5) : Duration.ZERO;
    assertThat(took).isLessThan(Duration.ofSeconds(9L * BEAT).plus(slack));
  }

  @Test
  void fencesAWorkerThatWasFrozenTogetherWithItsAgent() throws Exception {
    machines.beatEvery(1);
    long id = one.insert("Freeze us", "");
    Started first = watch(one);
    await().atMost(Stage.SOON).until(() -> begun().equals(List.of("one")));
    Files.createFile(folder.resolve("again"));
    List<String> tree = new ArrayList<>(List.of(Long.toString(first.process().pid())));
    first.process().descendants().forEach(process -> tree.add(Long.toString(process.pid())));
    Machines.signal("STOP", tree);
    watch(two);
    one.awaitStatus(id, "review");

    Machines.signal("CONT", tree);
    awaitGone(Duration.ofSeconds(10));
    first.process().destroy();

    assertThat(first.await().code()).isEqualTo(143);
    assertThat(begun()).containsExactly("one", "two");
    assertThat(one.status(id)).isEqualTo("review");
    assertThat(one.comments(id)).doesNotHaveDuplicates();
    assertThat(one.comments(id).getLast()).startsWith("Done.");
  }

  @Test
  void spendsNoMoreThanThreeRunsOnATaskHoweverOftenItIsRestarted() throws Exception {
    one.with("JDK_JAVA_OPTIONS", "-Dnightdesk.heartbeat=2s");
    long crashing = one.insert("Survive the storm", "");
    long waiting = 0;
    for (int start = 1; start <= 3; start++) {
      // In the third there are two: one that crashed too often, and one that is to be taken over.
      waiting = start < 3 ? 0 : one.insert("Wait for calm", "");
      int runs = start < 3 ? start : 4;
      Started watch = watch(one);
      await().atMost(Stage.SOON).until(() -> begun().size() == runs);
      watch.process().destroyForcibly().waitFor();
    }
    for (int start = 4; start < RESTARTS - 1; start++) {
      Started watch = watch(one);
      awaitPause(watch);
      watch.process().destroyForcibly().waitFor();
    }
    Started told = watch(one);
    awaitPause(told);
    told.process().destroy();
    assertThat(told.await().code()).isEqualTo(143);
    awaitGone(Duration.ofSeconds(5));
    Files.createFile(folder.resolve("again"));

    Started last = watch(one);
    long pause = awaitPause(last);
    long said = System.nanoTime();
    await().atMost(Stage.SOON).until(() -> begun().size() == 5);
    long took = System.nanoTime() - said;

    System.out.println("began " + took / 1_000_000 + " ms into a pause of " + pause + " s");
    assertThat(took).isGreaterThan(Duration.ofSeconds(pause).minusMillis(500).toNanos());
    one.awaitStatus(crashing, "held");
    assertThat(one.comments(crashing)).doesNotHaveDuplicates();
    assertThat(one.nightdesk("resume", "--task", Long.toString(crashing)).run().code()).isZero();
    awaitAllDone(List.of(crashing, waiting));
    assertThat(begun()).hasSize(6);
  }

  /** Waits until it says that it does nothing for a while; for how many seconds. */
  private static long awaitPause(Started watch) throws IOException {
    Pattern line = Pattern.compile("This is start \\d+ in \\d+ min: for (\\d+)s nothing");
    await().atMost(Stage.SOON).until(() -> line.matcher(Files.readString(watch.err())).find());
    Matcher said = line.matcher(Files.readString(watch.err()));
    assertThat(said.find()).isTrue();
    return Long.parseLong(said.group(1));
  }
}
