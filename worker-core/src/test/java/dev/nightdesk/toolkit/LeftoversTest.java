package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.RunEvent.ProcessStarted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeftoversTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void endsTheTreeOfASupervisorThatHangsAndNoOtherOfThatId(Isolation.Level level) throws Exception {
    Stage stage = new Stage(folder);
    String token = "closed-" + System.nanoTime();
    Launch launch = stage.shell(level, "bash -c 'sleep 1000; :' $1 & wait", "x", token);
    try (ChildProcess child = stage.start(launch, level)) {
      ProcessStarted started = child.started();
      while (Stage.alive(token).size() < 2) {
        assertThat(child.awaitExit(Duration.ofMillis(10), line -> {})).isEmpty();
      }
      Stage.freeze(ProcessHandle.of(started.pid()).orElseThrow());
      assertThat(Leftovers.end(started.pid(), started.startedAt().plusSeconds(60))).isFalse();
      assertThat(Stage.alive(token)).isNotEmpty();
      assertThat(Leftovers.end(started.pid(), started.startedAt())).isTrue();
      assertThat(Stage.alive(token)).isEmpty();
      assertThat(Leftovers.end(started.pid(), started.startedAt())).isFalse();
    }
  }

  /** As a slow machine is still starting the agent when its supervisor has to be killed. */
  @Test
  void endsWhatIsStartedWhileTheTreeIsKilled() throws IOException {
    String token = "closed-" + System.nanoTime();
    String script = "for i in {1..5000}; do sleep 0.001; sleep 1000 & done";
    ProcessBuilder builder = new ProcessBuilder("setsid", "bash", "-c", script);
    builder.environment().put("TOKEN", token);
    Process supervisor = builder.start();
    await().until(() -> Stage.alive(token).size() > 20);
    Leftovers.endTree(supervisor.toHandle());
    assertThat(Stage.alive(token)).isEmpty();
  }

  @Test
  void leavesAloneWhatIsNoSupervisor() throws IOException {
    Process other = new ProcessBuilder("sleep", "1000").start();
    try {
      Instant start = other.info().startInstant().orElseThrow();
      assertThat(Leftovers.end(other.pid(), start)).isFalse();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }
}
