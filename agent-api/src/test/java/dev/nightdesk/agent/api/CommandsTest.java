package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import dev.nightdesk.toolkit.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Commands, while the model waits for them and while it does not. */
@Execution(ExecutionMode.CONCURRENT)
class CommandsTest {
  @TempDir Path folder;

  static ApiStage stage(Path folder, Script script) throws IOException {
    return ApiStage.playing(folder, script).with("API_AGENT_TOOLS", "read shell, background");
  }

  private ApiStage stage(Turn... turns) throws IOException {
    return stage(folder, Script.of(turns));
  }

  private static Turn shell(String command) {
    return Turn.calls("t1", "shell", Map.of("command", command));
  }

  static Turn background(String id, String command, int seconds) {
    return Turn.calls(id, "background_run", Map.of("command", command, "timeout_seconds", seconds));
  }

  static String lastResult(ModelCall call) {
    return call.lastResult().orElseThrow().text();
  }

  @Test
  void runsACommandInTheWorkspaceWithTheRunsOwnHomeAndNoKey() throws IOException {
    try (ApiStage stage =
        stage(
            shell(
                "pwd; echo $HOME; env; cat /proc/$PPID/environ | tr '\\0' '\\n'; echo no >&2; exit 3"),
            Turn.says("done"))) {
      RunRequest request = stage.request("do it");
      stage.run(request);
      assertThat(lastResult(stage.server.calls().get(1)))
          .startsWith("Exit code 3.\n" + request.workspace().toRealPath())
          .contains(request.home().toString())
          .endsWith("no\n")
          .doesNotContain(ApiStage.KEY);
      assertThat(stage.events).hasAtLeastOneElementOfType(RunEvent.ProcessStarted.class);
      assertThat(request.record().resolve("commands")).isEmptyDirectory();
    }
  }

  @Test
  void runsCommandsInTheSandboxWhereThatIsAskedFor() throws IOException {
    Path secret = Files.writeString(folder.resolve("nightdesk-secret"), "canary");
    String look = "echo in > here; cat " + secret + " || echo hidden; ls " + folder + "/nightdesk";
    try (ApiStage stage = stage(shell(look), Turn.says("done")).sandboxed()) {
      RunRequest request = stage.request("do it");
      Finding finding = ChildProcess.check(request.containment());
      Assumptions.assumeTrue(
          finding.state() != Finding.State.WRONG,
          "NOT TESTED on this machine: " + finding.message());
      stage.run(request);
      assertThat(lastResult(stage.server.calls().get(1)))
          .contains("hidden")
          .doesNotContain("canary")
          .doesNotContain("runs\n");
      assertThat(request.workspace().resolve("here")).hasContent("in");
    }
  }

  @Test
  void refusesCommandsThatAreNotAllowed() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(
            folder, shell("touch here"), background("t2", "touch here", 5), Turn.says("done"))) {
      RunRequest request = stage.request("do it");
      assertThat(stage.run(request)).isInstanceOf(RunResult.Finished.class);
      assertThat(request.workspace()).isEmptyDirectory();
      assertThat(stage.events)
          .contains(
              new RunEvent.ToolDenied("shell", "The tool shell is not allowed here."),
              new RunEvent.ToolDenied(
                  "background_run", "The tool background_run is not allowed here."));
    }
  }

  @Test
  void endsACommandAtItsTimeLimitWithWhatItHadPrinted() throws IOException {
    String token = "left-" + UUID.randomUUID();
    String command = "echo first; exec -a " + token + " sleep 60";
    try (ApiStage stage =
        stage(
            Turn.calls("t1", "shell", Map.of("command", command, "timeout_seconds", 1)),
            Turn.says("done"))) {
      stage.run("do it");
      assertThat(lastResult(stage.server.calls().get(1)))
          .isEqualTo("It was stopped after 1 s.\nfirst\n");
      assertThat(processesWith(token)).isEmpty();
    }
  }

  @Test
  void keepsTheBeginningAndTheEndOfALongOutput() throws IOException {
    try (ApiStage stage = stage(shell("seq 1 100000"), Turn.says("done"))) {
      stage.run("do it");
      assertThat(lastResult(stage.server.calls().get(1)))
          .hasSizeBetween(49_900, 50_020)
          .startsWith("Exit code 0.\n1\n2\n")
          .contains("characters left out")
          .endsWith("99999\n100000\n");
    }
  }

  @Test
  void endsACommandThatPrintsWithoutEnd() throws IOException {
    try (ApiStage stage = stage(shell("yes"), Turn.says("done"))) {
      stage.run("do it");
      assertThat(lastResult(stage.server.calls().get(1))).startsWith("It was stopped: it printed");
    }
  }

  @Test
  void letsNothingOutliveTheRun() throws IOException {
    String token = "left-" + UUID.randomUUID();
    String hiding =
        "(setsid bash -c 'exec -a " + token + " sleep 600' &) ; exec -a " + token + " sleep 600";
    Turn both =
        new Turn.CallsTools(
            "",
            List.of(
                new ToolUse("t1", "background_run", json(hiding)),
                new ToolUse("t2", "background_run", json(hiding))),
            Tokens.USUAL);
    try (ApiStage stage = stage(both, shell("sleep 1"), new Turn.Refuses("no", Tokens.USUAL))) {
      ApiStage.failed(stage.run("do it"));
      assertThat(processesWith(token)).isEmpty();
    }
  }

  static String json(String command) {
    return "{\"command\":\"" + command.replace("\"", "\\\"") + "\"}";
  }

  @Test
  void stopsCommandsOfBothKindsAtOnceAndKeepsTheSession() throws Exception {
    String token = "left-" + UUID.randomUUID();
    String goOn = "(exec -a " + token + " sleep 600) & while :; do sleep 0.1; done";
    String behind = "trap 'date +%s%N >interrupted' INT; " + goOn;
    String before = "trap '' INT; trap 'date +%s%N >terminated' TERM; " + goOn;
    Turn turn =
        new Turn.CallsTools(
            "working on it",
            List.of(
                new ToolUse("t1", "background_run", json(behind)),
                new ToolUse("t2", "shell", json(before)),
                new ToolUse("t3", "shell", json("echo never"))),
            Tokens.USUAL);
    try (ApiStage stage = stage(turn, Turn.says("I was stopped"));
        AgentRunner agent = stage.open()) {
      RunRequest request = stage.request("do it");
      FutureTask<RunResult> run = new FutureTask<>(() -> agent.run(request, stage.events::add));
      Thread thread = Thread.ofVirtual().start(run);
      await().atMost(Duration.ofSeconds(20)).until(() -> processesWith(token).size() >= 2);

      thread.interrupt();
      RunResult result = run.get(20, TimeUnit.SECONDS);

      assertThat(noted(request, "interrupted")).isLessThan(noted(request, "terminated"));
      assertThat(result).isEqualTo(new RunResult.Stopped("working on it"));
      assertThat(processesWith(token)).isEmpty();
      stage.run(ApiStage.resuming(stage.request("go on"), stage.session()));
      ModelCall resumed = stage.server.calls().getLast();
      assertThat(resumed.results())
          .extracting(ModelCall.ToolResult::id)
          .containsExactly("t1", "t2", "t3");
      assertThat(resumed.text()).isEqualTo("go on");
    }
  }

  private static long noted(RunRequest request, String file) throws IOException {
    return Long.parseLong(Files.readString(request.workspace().resolve(file)).strip());
  }

  static List<String> processesWith(String token) {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.map(process -> process.resolve("cmdline"))
          .filter(Files::exists)
          .map(CommandsTest::read)
          .filter(line -> line.startsWith(token))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
