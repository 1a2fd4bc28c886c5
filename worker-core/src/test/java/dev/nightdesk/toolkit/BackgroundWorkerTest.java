package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell starts in the background ignores interrupts, and so does all that it starts. */
class BackgroundWorkerTest {
  @TempDir Path folder;

  @Test
  void interruptsItsAgentAllTheSame() throws Exception {
    assumeTrue(
        Supervisor.hearsInterrupts(),
        "NOT TESTED on this machine: it has no env that knows --default-signal");
    Process worker =
        new ProcessBuilder(
                "sh",
                "-c",
                "trap '' INT; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BackgroundWorkerTest.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo("ready\nlast words\n");
  }

  /** The worker: starts an agent, stops it as soon as it is up, and repeats what it said. */
  public static void main(String[] args) throws Exception {
    Stage stage = new Stage(Path.of(args[0]));
    String script = "trap 'echo last words; exit 3' INT; echo ready; while :; do sleep 0.1; done";
    List<String> lines = new ArrayList<>();
    Isolation.Level level = Isolation.Level.GROUP;
    try (ChildProcess child = stage.start(stage.shell(level, script), level)) {
      while (lines.isEmpty()) {
        if (child.awaitExit(Duration.ofMillis(10), lines::add).isPresent()) {
          break;
        }
      }
      child.stop(lines::add);
    }
    System.out.print(Files.readString(stage.output()));
  }
}
