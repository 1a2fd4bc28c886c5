package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Alone, since it keeps the machine busy. */
@Isolated
class CrowdTest {
  @TempDir Path folder;

  /** So many that the kernel needs a while to end them. */
  @ParameterizedTest
  @EnumSource(names = {"SANDBOX", "NAMESPACE"})
  void returnsOnlyWhenAllThatItStartedIsGone(Isolation.Level level) throws Exception {
    String script =
        """
        for i in $(seq 1500); do sleep 1000 </dev/null >/dev/null 2>&1 & done
        echo up
        until [ -e go ]; do sleep 0.05; done
        """;
    Stage stage = new Stage(folder);
    List<String> lines = new ArrayList<>();
    List<ProcessHandle> crowd = new ArrayList<>();
    try (ChildProcess child = stage.start(stage.shell(level, script), level)) {
      ProcessHandle supervisor = ProcessHandle.of(child.started().pid()).orElseThrow();
      while (crowd.isEmpty()) {
        assertThat(child.awaitExit(Duration.ofMillis(50), lines::add)).isEmpty();
        if (!lines.isEmpty()) {
          supervisor.descendants().forEach(crowd::add);
        }
      }
      Files.writeString(stage.workspace.resolve("go"), "");
      assertThat(child.await(lines::add)).isEqualTo(new Ending.Exited(0));
      assertThat(crowd.reversed().stream().filter(Leftovers::runs).count()).isZero();
    }
    assertThat(crowd).hasSizeGreaterThan(1500);
  }
}
