package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a program, and what does not. */
@Execution(ExecutionMode.CONCURRENT)
class ChildProcessEndTest extends StagedTest {
  @ParameterizedTest
  @EnumSource
  void interruptsTheAgentAloneAndKeepsItsLastWords(Isolation.Level level) throws Exception {
    String script =
        """
        bash -c 'trap "echo the child was hit" INT; echo ready; while :; do sleep 0.1; done' &
        trap 'echo last words; exit 3' INT
        while :; do sleep 0.1; done
        """;
    assertThat(stopWhenReady(level, script)).isEqualTo(new Ending.Stopped());
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
      // with a complaint in util-linux 2.38, without one in 2.41
      assertThat(child.await(lines::add)).isIn(new Ending.Exited(1), new Ending.Exited(137));
    }
  }

  /** Beside one that is asked in vain twice and then killed: a slow machine is slow for both. */
  @Test
  void hurriesWhenInterruptedAgain() throws Exception {
    FutureTask<Long> patient = new FutureTask<>(() -> endOfAStubbornOne("patient", false));
    Thread.ofVirtual().start(patient);
    assertThat(endOfAStubbornOne("hurried", true)).isLessThan(patient.get(30, TimeUnit.SECONDS));
  }

  private long endOfAStubbornOne(String name, boolean hurry) throws Exception {
    String script = "trap '' INT TERM; echo ready; while :; do sleep 0.1; done";
    Stage own = new Stage(Files.createDirectories(folder.resolve(name)));
    assertThat(stopWhenReady(own, Isolation.Level.NAMESPACE, script, hurry))
        .isEqualTo(new Ending.Stopped());
    return System.nanoTime();
  }

  @ParameterizedTest
  @EnumSource
  void killsWhatStillRunsWhenItIsClosed(Isolation.Level level) throws Exception {
    String token = "closed-" + System.nanoTime();
    long began = System.nanoTime();
    stage.start(stage.shell(level, "trap '' TERM; sleep 1000; :", token), level).close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    assertThat(Stage.alive(token)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void endsTheProgramWhenNoHeartbeatIsCommitted(Isolation.Level level) throws Exception {
    stage.silence = Duration.ofSeconds(1);
    long began = System.nanoTime();
    assertThat(run(level, "sleep 100")).isEqualTo(new Ending.Stopped());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheProgramAloneWhileHeartbeatsAreCommitted(Isolation.Level level) throws Exception {
    stage.silence = Duration.ofSeconds(3);
    String talking = "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done";
    try (ChildProcess child = stage.start(stage.shell(level, talking), level)) {
      assertThat(child.await(line -> stage.beats.incrementAndGet()))
          .isEqualTo(new Ending.Exited(0));
    }
  }

  Ending stopWhenReady(Isolation.Level level, String script) throws Exception {
    return stopWhenReady(stage, level, script, false);
  }

  /** Interrupts the thread that waits, as core does at a limit; again and again if in a hurry. */
  Ending stopWhenReady(Stage stage, Isolation.Level level, String script, boolean hurry)
      throws Exception {
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
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
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
}
