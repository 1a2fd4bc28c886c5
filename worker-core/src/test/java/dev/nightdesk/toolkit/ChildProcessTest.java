package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT)
class ChildProcessTest extends StagedTest {
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

  @Test
  void saysThatItsFilesCannotBeMade() {
    Launch launch = stage.launch(Isolation.Level.GROUP, List.of("true"));
    Launch broken =
        launch.with(Launch.Streams.into(folder.resolve("no/such/folder"), stage.errors(), 1));
    assertThatThrownBy(() -> ChildProcess.start(broken))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("no/such/folder");
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
