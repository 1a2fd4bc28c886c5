package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT)
class ChildProcessTest {
  @TempDir Path folder;
  Stage stage;
  final List<String> lines = new ArrayList<>();

  @BeforeEach
  void setStage() throws IOException {
    stage = new Stage(folder);
  }

  Ending run(Isolation.Level level, String script, String... arguments) throws Exception {
    try (ChildProcess child = stage.start(stage.shell(level, script, arguments), level)) {
      return child.await(lines::add);
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesInputOutputErrorsAndExitCode(Isolation.Level level) throws Exception {
    Ending ending = run(level, "cat; echo \"$1\"; echo oh >&2; exit 7", "x", "an 'argument'");
    assertThat(ending).isEqualTo(new Ending.Exited(7));
    assertThat(lines).containsExactly("the prompt", "an 'argument'");
    assertThat(stage.output()).hasContent("the prompt\nan 'argument'\n");
    assertThat(stage.errors()).hasContent("oh\n");
    assertThat(Files.getPosixFilePermissions(stage.output())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void tellsADeathBySignal(Isolation.Level level) throws Exception {
    assertThat(run(level, "kill -SEGV $$")).isEqualTo(new Ending.Exited(128 + 11));
    assertThat(run(level, "kill -KILL $$")).isEqualTo(new Ending.Exited(128 + 9));
  }

  @ParameterizedTest
  @EnumSource
  void givesExactlyTheEnvironmentItWasGiven(Isolation.Level level) throws Exception {
    Launch launch =
        stage
            .launch(level, List.of("env", "-0"))
            .withEnvironment(
                Map.of("HOME", "/h", "A_B", "a b\nc", "BASH_ENV", "/x", "nd_job", "1"));
    try (ChildProcess child = stage.start(launch, level)) {
      assertThat(child.await(line -> {})).isEqualTo(new Ending.Exited(0));
    }
    List<String> expected =
        new ArrayList<>(
            List.of(
                "PATH=" + Stage.PATH,
                "HOME=/h",
                "A_B=a b\nc",
                "BASH_ENV=/x",
                "nd_job=1",
                "PWD=" + stage.workspace));
    if (level == Isolation.Level.SANDBOX) {
      expected.add("TMPDIR=/tmp");
    }
    String[] got = Files.readString(stage.output()).split("\0");
    assertThat(got)
        .filteredOn(variable -> !variable.startsWith("NIGHTDESK_RUN="))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource
  void takesAPromptThatIsLargerThanAnArgumentMayBe(Isolation.Level level) throws Exception {
    Files.writeString(stage.input(), "p".repeat(3_000_000));
    run(level, "wc -c");
    assertThat(lines).containsExactly("3000000");
  }

  @ParameterizedTest
  @EnumSource
  void doesNotMindAProgramThatNeverReadsItsInput(Isolation.Level level) throws Exception {
    Files.writeString(stage.input(), "p".repeat(3_000_000));
    assertThat(run(level, "exec <&-; echo done")).isEqualTo(new Ending.Exited(0));
    assertThat(lines).containsExactly("done");
  }

  @ParameterizedTest
  @EnumSource
  void handsOverLinesWhileTheProgramRuns(Isolation.Level level) throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    String wait = "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two";
    try (ChildProcess child = stage.start(stage.shell(level, wait), level)) {
      Ending ending =
          child.await(line -> {
            lines.add(line);
            first.countDown();
            try {
              Files.writeString(stage.workspace.resolve("go"), "");
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      assertThat(ending).isEqualTo(new Ending.Exited(0));
    }
    assertThat(lines).containsExactly("one", "two");
  }

  @ParameterizedTest
  @EnumSource
  void stopsAFloodAtTheLimit(Isolation.Level level) throws Exception {
    Launch launch = stage.launch(level, List.of("yes")).withOutputLimit(100_000);
    try (ChildProcess child = stage.start(launch, level)) {
      assertThat(child.await(line -> {})).isEqualTo(new Ending.Flooded(100_000));
    }
    assertThat(Files.size(stage.output())).isBetween(100_001L, 100_000L + 65_536);
  }

  @ParameterizedTest
  @EnumSource
  void stopsAFloodOfErrorsOfAProgramThatGoesOnRegardless(Isolation.Level level) throws Exception {
    Ending ending = run(level, "trap '' PIPE; while :; do printf '%9999d\\n' 1 >&2; done 2>&1 >&2");
    assertThat(ending).isEqualTo(new Ending.Flooded(1 << 20));
    assertThat(Files.size(stage.errors())).isLessThan((1 << 20) + 65_536);
  }

  @ParameterizedTest
  @EnumSource
  void interruptsTheAgentAloneAndKeepsItsLastWords(Isolation.Level level) throws Exception {
    String script =
        """
        bash -c 'trap "echo the child was hit" INT; echo ready; while :; do sleep 0.1; done' &
        trap 'echo last words; exit 3' INT
        while :; do sleep 0.1; done
        """;
    long began = System.nanoTime();
    assertThat(stopWhenReady(level, script)).isEqualTo(new Ending.Stopped());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    assertThat(Files.readString(stage.output())).isEqualTo("ready\nlast words\n");
  }

  @Test
  void terminatesWhatIgnoresAnInterrupt() throws Exception {
    String script =
        """
        trap '' INT
        trap 'echo terminated; exit 0' TERM
        echo ready
        while :; do sleep 0.1; done
        """;
    assertThat(stopWhenReady(Isolation.Level.NAMESPACE, script)).isEqualTo(new Ending.Stopped());
    assertThat(Files.readString(stage.output())).isEqualTo("ready\nterminated\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"SANDBOX", "NAMESPACE"})
  void killsASupervisorThatHangsAndAllBelowIt(Isolation.Level level) throws Exception {
    String token = "closed-" + System.nanoTime();
    try (ChildProcess child =
        stage.start(stage.shell(level, "echo up; sleep 1000; :", token), level)) {
      while (lines.isEmpty()) {
        assertThat(child.awaitExit(Duration.ofMillis(10), lines::add)).isEmpty();
      }
      Stage.freeze(ProcessHandle.of(child.started().pid()).orElseThrow());
      assertThat(child.stop(lines::add)).isEqualTo(new Ending.Stopped());
    }
    assertThat(Stage.alive(token)).isEmpty();
  }

  /** When its first process is killed, unshare complains as it does when it cannot start. */
  @Test
  void doesNotTakeTheLastWordOfABrokenNamespaceForAProgramThatCannotStart() throws Exception {
    Isolation.Level level = Isolation.Level.NAMESPACE;
    try (ChildProcess child = stage.start(stage.shell(level, "echo up; sleep 1000; :"), level)) {
      while (lines.isEmpty()) {
        assertThat(child.awaitExit(Duration.ofMillis(10), lines::add)).isEmpty();
      }
      ProcessHandle supervisor = ProcessHandle.of(child.started().pid()).orElseThrow();
      supervisor
          .descendants()
          .filter(
              process -> process.info().commandLine().orElse("").matches("(?s)\\S+ -c unset .*"))
          .forEach(ProcessHandle::destroyForcibly);
      assertThat(child.await(lines::add)).isEqualTo(new Ending.Exited(1));
      assertThat(child.lastErrorLine()).startsWith("unshare: ");
    }
  }

  @Test
  void hurriesWhenInterruptedAgain() throws Exception {
    String script = "trap '' INT TERM; echo ready; while :; do sleep 0.1; done";
    long began = System.nanoTime();
    assertThat(stopWhenReady(Isolation.Level.NAMESPACE, script, true))
        .isEqualTo(new Ending.Stopped());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @EnumSource
  void killsWhatStillRunsWhenItIsClosed(Isolation.Level level) throws Exception {
    String token = "closed-" + System.nanoTime();
    long began = System.nanoTime();
    stage.start(stage.shell(level, "trap '' TERM; sleep 1000; :", token), level).close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    assertThat(Stage.alive(token)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void endsTheProgramWhenNoHeartbeatIsCommitted(Isolation.Level level) throws Exception {
    stage.silence = Duration.ofSeconds(1);
    long began = System.nanoTime();
    assertThat(run(level, "sleep 100"))
        .isEqualTo(
            new Ending.Lost("The worker had no heartbeat for 1 seconds, so the agent was ended."));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheProgramAloneWhileHeartbeatsAreCommitted(Isolation.Level level) throws Exception {
    stage.silence = Duration.ofSeconds(1);
    String talking = "for i in 1 2 3 4 5; do echo $i; sleep 0.5; done";
    try (ChildProcess child = stage.start(stage.shell(level, talking), level)) {
      assertThat(child.await(line -> stage.beats.incrementAndGet()))
          .isEqualTo(new Ending.Exited(0));
    }
  }

  @Test
  void saysThatItsFilesCannotBeMade() {
    Launch launch = stage.launch(Isolation.Level.GROUP, List.of("true"));
    Launch broken =
        new Launch(
            launch.command(),
            launch.environment(),
            launch.workspace(),
            launch.home(),
            launch.input(),
            new Launch.Capture(folder.resolve("no/such/folder"), 1),
            launch.errors(),
            launch.readable(),
            launch.writable(),
            launch.containment());
    assertThatThrownBy(() -> ChildProcess.start(broken))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("no/such/folder");
  }

  Ending stopWhenReady(Isolation.Level level, String script) throws Exception {
    return stopWhenReady(level, script, false);
  }

  /** Interrupts the thread that waits, as core does at a limit; again and again if in a hurry. */
  Ending stopWhenReady(Isolation.Level level, String script, boolean hurry) throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    FutureTask<Ending> run =
        new FutureTask<>(() -> {
          try (ChildProcess child = stage.start(stage.shell(level, script), level)) {
            return child.await(line -> ready.countDown());
          }
        });
    Thread thread = Thread.ofVirtual().start(run);
    assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
    do {
      thread.interrupt();
      LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    } while (hurry && !run.isDone());
    return run.get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void isNotHeldUpByAGrandchildThatKeepsThePipes(Isolation.Level level) throws Exception {
    String token = "grandchild-" + System.nanoTime();
    long began = System.nanoTime();
    assertThat(run(level, "sleep 1000 & bash -c 'sleep 1000; :' $1 & echo done", "x", token))
        .isEqualTo(new Ending.Exited(0));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    assertThat(lines).containsExactly("done");
    assertThat(Stage.alive(token)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void waitsNoLongerThanAskedForAProgramThatDoesNotEnd(Isolation.Level level) throws Exception {
    try (ChildProcess child = stage.start(stage.shell(level, "echo result; sleep 100"), level)) {
      while (lines.isEmpty()) {
        assertThat(child.awaitExit(Duration.ofMillis(20), lines::add)).isEmpty();
      }
      assertThat(child.awaitExit(Duration.ofMillis(200), lines::add)).isEmpty();
      assertThat(child.stop(lines::add)).isEqualTo(new Ending.Stopped());
    }
    assertThat(lines).containsExactly("result");
  }

  @ParameterizedTest
  @EnumSource
  void keepsInvalidTextAsItIsAndShowsItWithReplacements(Isolation.Level level) throws Exception {
    run(level, "printf 'a\\377\\376b\\n\\303'");
    assertThat(lines).containsExactly("a\uFFFD\uFFFDb", "\uFFFD");
    assertThat(Files.readAllBytes(stage.output()))
        .isEqualTo("a\u00FF\u00FEb\n\u00C3".getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @EnumSource
  void showsTheLastErrorLineWithoutControlCharacters(Isolation.Level level) throws Exception {
    String script = "printf 'first\\n\\033[31mno such model\\033[0m\\a\\n\\n' >&2; exit 1";
    try (ChildProcess child = stage.start(stage.shell(level, script), level)) {
      child.await(lines::add);
      assertThat(child.lastErrorLine()).isEqualTo("no such model");
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotGiveAwayTheHeartbeatPipe(Isolation.Level level) throws Exception {
    run(level, "ls /proc/self/fd | sort -n | tr '\\n' ' '");
    assertThat(lines.getFirst()).startsWith("0 1 2 3 ").doesNotContain("5");
  }
}
