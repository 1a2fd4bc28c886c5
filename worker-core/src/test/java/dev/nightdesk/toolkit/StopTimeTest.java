package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, since it measures time. */
@Isolated
class StopTimeTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir Path folder;

  @Test
  void killsWhatIgnoresEverythingWithinFiveSeconds() throws Exception {
    Map<Isolation.Level, FutureTask<Duration>> stops = new EnumMap<>(Isolation.Level.class);
    for (Isolation.Level level : Isolation.Level.values()) {
      Stage.isolation(level); // says so where this machine does not have it
      FutureTask<Duration> stop = new FutureTask<>(() -> stop(level));
      Thread.ofVirtual().start(stop);
      stops.put(level, stop);
    }
    for (Map.Entry<Isolation.Level, FutureTask<Duration>> stop : stops.entrySet()) {
      Duration took = stop.getValue().get(20, TimeUnit.SECONDS);
      // a machine that stood still for a moment is not to blame for it three times
      for (int tries = 1; tries < 3 && took.compareTo(LIMIT) >= 0; tries++) {
        took = stop(stop.getKey());
      }
      assertThat(took).as(stop.getKey().name()).isLessThan(LIMIT);
    }
  }

  private Duration stop(Isolation.Level level) throws Exception {
    Stage stage = new Stage(Files.createDirectories(folder.resolve(level.name())));
    String script =
        """
        trap '' INT TERM
        echo ready
        while :; do sleep 0.1; done
        """;
    CountDownLatch ready = new CountDownLatch(1);
    FutureTask<Ending> run =
        new FutureTask<>(() -> {
          try (ChildProcess child = stage.start(stage.shell(level, script), level)) {
            return child.await(line -> ready.countDown());
          }
        });
    Thread thread = Thread.ofVirtual().start(run);
    assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
    long began = System.nanoTime();
    thread.interrupt();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(new Ending.Stopped());
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
