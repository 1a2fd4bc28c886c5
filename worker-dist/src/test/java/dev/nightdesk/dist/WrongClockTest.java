package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.testkit.Thorough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One of two machines has a clock that is wrong: the system's own, as libfaketime shows it to every
 * process of that machine.
 */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class WrongClockTest {
  private static final Pattern TOOK = Pattern.compile("\"duration_ms\":(\\d+)");

  private static final int BEAT = 2;

  /** More than the six heartbeats after which a machine is dead. */
  private static final Duration DEATH = Duration.ofSeconds(7L * BEAT);

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Machines machines;

  private Stage right() {
    return machines.one();
  }

  private Stage wrong() {
    return machines.two();
  }

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    Optional<Path> library = library();
    assumeTrue(
        library.isPresent(),
        "NOT TESTED on this machine: libfaketime (Debian's faketime) is missing");
    machines =
        new Machines(
            folder,
            server,
            "until [ -e done ]; do rm fail 2>/dev/null && exit 3; sleep 0.1; done; echo It is"
                + " done");
    machines.beatEvery(BEAT);
    // Without the next but one, waiting for a time would follow that clock as well.
    wrong()
        .with("LD_PRELOAD", library.orElseThrow().toString())
        .with("FAKETIME_TIMESTAMP_FILE", folder.resolve("clock").toString())
        .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .with("FAKETIME_FORCE_MONOTONIC_FIX", "0")
        .with("FAKETIME_CACHE_DURATION", "1");
    set("+0");
  }

  @AfterEach
  void endWhatIsLeft() {
    machines.close();
  }

  private static Optional<Path> library() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve("faketime").resolve("libfaketime.so.1"))
          .filter(Files::exists)
          .findFirst();
    }
  }

  private void set(String off) throws IOException {
    Files.writeString(folder.resolve("clock"), off + "\n");
  }

  private static void awaitSaid(Started watch, String words) {
    await(words).atMost(Stage.SOON).until(() -> Files.readString(watch.err()).contains(words));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+2h", "-2h"})
  void goesOnWithItsRunWhenItsClockIsSet(String off) throws Exception {
    long id = right().insert("Outlast the change", "");
    machines.watch(wrong());
    await().atMost(Stage.SOON).until(() -> machines.begun().size() == 1);
    Started other = machines.watch(right());
    awaitSaid(other, "Watching.");

    set(off);
    awaitPassed(DEATH);
    Files.createFile(folder.resolve("done"));
    right().awaitStatus(id, "review");

    assertThat(machines.begun()).containsExactly("two");
    assertThat(right().comments(id)).hasSize(2);
    Matcher took = TOOK.matcher(Files.readString(wrong().home().resolve("runs.jsonl")));
    assertThat(took.find()).isTrue();
    assertThat(Duration.ofMillis(Long.parseLong(took.group(1))))
        .isBetween(DEATH, Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+2h", "-2h"})
  void takesNothingWhileItsClockIsWrongFromTheStart(String off) throws Exception {
    long carried = right().insert("Stay with me", "");
    machines.watch(right());
    await().atMost(Stage.SOON).until(() -> machines.begun().size() == 1);
    set(off);
    machines.watch(wrong());
    awaitPassed(DEATH);
    Files.createFile(folder.resolve("done"));
    right().awaitStatus(carried, "review");
    machines.watches().getFirst().process().destroy();
    assertThat(machines.watches().getFirst().await().code()).isEqualTo(143);

    long ready = right().insert("Wait for a machine that knows the time", "");
    String[] explain = {"explain", Long.toString(ready)};
    await()
        .atMost(Stage.SOON)
        .until(() -> wrong().nightdesk(explain).run().out().contains("off the ledger's"));

    var run = wrong().nightdesk("run").run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("off the ledger's, so nothing is started here. Set it right");
    assertThat(machines.begun()).containsExactly("one");
    machines.watch(right());
    right().awaitStatus(ready, "review");
    assertThat(machines.begun()).containsExactly("one", "one");
  }

  @Test
  void hasItsFailedAttemptRepeatedElsewhereInTime() throws Exception {
    long id = right().insert("Fail once", "");
    machines.watch(wrong());
    await().atMost(Stage.SOON).until(() -> machines.begun().size() == 1);
    set("+2h");
    awaitPassed(Duration.ofSeconds(3)); // libfaketime looks once a second
    Files.createFile(folder.resolve("fail"));
    await().atMost(Stage.SOON).until(() -> !Files.exists(folder.resolve("fail")));

    Files.createFile(folder.resolve("done"));
    machines.watch(right());
    right().awaitStatus(id, "review");

    assertThat(machines.begun()).containsExactly("two", "one");
  }

  private static void awaitPassed(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await().atMost(time.multipliedBy(3)).until(() -> System.nanoTime() - until >= 0);
  }
}
