package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** None of a hostile tree is left, whatever ends it. */
@Execution(ExecutionMode.CONCURRENT)
class HostileTreeTest {
  final String token = "hostile-" + UUID.randomUUID();
  @TempDir Path folder;
  Stage stage;

  @BeforeEach
  void setStage() throws IOException {
    stage = new Stage(folder);
  }

  void assertAllGoneWithin(Duration limit) {
    await().atMost(limit).untilAsserted(() -> assertThat(Stage.alive(token)).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void isGoneAfterAStop(Isolation.Level level) throws Exception {
    String script = HostileTree.script(level != Isolation.Level.GROUP);
    CountDownLatch ready = new CountDownLatch(1);
    FutureTask<Ending> run =
        new FutureTask<>(() -> {
          Launch launch = stage.shell(level, script, "hostile", token);
          try (ChildProcess child = stage.start(launch, level)) {
            return child.await(line -> ready.countDown());
          }
        });
    Thread thread = Thread.ofVirtual().start(run);
    assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Stage.alive(token)).hasSizeGreaterThan(4);
    thread.interrupt();
    assertThat(run.get(6, TimeUnit.SECONDS)).isEqualTo(new Ending.Stopped());
    assertThat(Stage.alive(token)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void isGoneFiveSecondsAfterItsWorkerWasKilled(Isolation.Level level) throws Exception {
    try (Worker worker = new Worker(level, 30)) {
      worker.jvm.destroyForcibly();
      assertAllGoneWithin(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isGoneAfterTheSilenceOfAFrozenWorker(Isolation.Level level) throws Exception {
    try (Worker worker = new Worker(level, 2)) {
      signal("STOP", worker.jvm.pid());
      assertAllGoneWithin(Duration.ofSeconds(2 + 5));
      signal("CONT", worker.jvm.pid());
      assertThat(worker.lines.readLine()).isEqualTo("Stopped[]");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isGoneFiveSecondsAfterItsSupervisorWasKilled(Isolation.Level level) throws Exception {
    try (Worker worker = new Worker(level, 30)) {
      signal("KILL", worker.supervisor);
      assertAllGoneWithin(Duration.ofSeconds(5));
      assertThat(worker.lines.readLine())
          .isEqualTo("Lost[why=The agent's supervisor was killed, and the agent with it.]");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isGoneFiveSecondsAfterTheSupervisorsWatcherWasKilled(Isolation.Level level)
      throws Exception {
    try (Worker worker = new Worker(level, 30)) {
      signal("KILL", worker.watcher().pid());
      assertAllGoneWithin(Duration.ofSeconds(5));
      assertThat(worker.lines.readLine())
          .isEqualTo("Lost[why=The agent's supervisor was killed, and the agent with it.]");
    }
  }

  /** Nobody is left who could do anything but the kernel. */
  @ParameterizedTest
  @EnumSource(names = {"SANDBOX", "NAMESPACE"})
  void isGoneFiveSecondsAfterWorkerAndSupervisorWereKilledTogether(Isolation.Level level)
      throws Exception {
    try (Worker worker = new Worker(level, 30)) {
      ProcessHandle watcher = worker.watcher();
      signal("STOP", watcher.pid());
      worker.jvm.destroyForcibly();
      signal("KILL", worker.supervisor);
      watcher.destroyForcibly();
      assertAllGoneWithin(Duration.ofSeconds(5));
    }
  }

  private static void signal(String name, long pid) {
    try {
      assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
          .isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A JVM that runs the tree, which is up when the constructor returns. */
  private final class Worker implements AutoCloseable {
    final Process jvm;
    final BufferedReader lines;
    final long supervisor;
    final Instant startedAt;

    Worker(Isolation.Level level, int silence) throws Exception {
      Stage.isolation(level); // says so where this machine does not have it
      jvm =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  WorkerStandIn.class.getName(),
                  folder.toString(),
                  level.name(),
                  Files.writeString(folder.resolve("token"), token).toString(),
                  String.valueOf(silence))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      lines = jvm.inputReader();
      supervisor = Long.parseLong(lines.readLine());
      startedAt = Instant.parse(lines.readLine());
      assertThat(lines.readLine()).isEqualTo("ready");
      // supervisor, agent, and the tree
      assertThat(Stage.alive(token)).hasSizeGreaterThan(5);
    }

    /** The supervisor's own child that listens to the worker; it starts it last. */
    ProcessHandle watcher() {
      return ProcessHandle.of(supervisor)
          .orElseThrow()
          .children()
          .filter(child -> child.info().commandLine().orElse("").contains("Nightdesk's"))
          .max(Comparator.comparingLong(ProcessHandle::pid))
          .orElseThrow();
    }

    @Override
    public void close() {
      jvm.destroyForcibly().onExit().join();
      Leftovers.end(supervisor, startedAt);
    }
  }
}
