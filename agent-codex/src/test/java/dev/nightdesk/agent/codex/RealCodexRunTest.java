package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the real Codex does in a run that goes well, and how it is counted. */
@Execution(ExecutionMode.CONCURRENT)
class RealCodexRunTest {
  private static final String PATCH =
      "*** Begin Patch\n*** Add File: patched.txt\n+hello\n*** End Patch\n";

  @TempDir Path folder;

  @Test
  void writesFilesAndCountsEachCallAndTool() throws Exception {
    Turn patch =
        new Turn.CallsTools(
            "", List.of(new ToolUse("c2", "apply_patch", PATCH)), new Tokens(2_000, 100, 500));
    Script script =
        Script.of(CodexStage.runs("c1", "echo data > a.txt"), patch, Turn.says("All written."));
    try (CodexStage stage = new CodexStage(folder, script)) {
      RunRequest request = stage.request();
      RunResult result = stage.run(request);

      assertThat(result).isInstanceOf(RunResult.Finished.class);
      assertThat(result.text()).isEqualTo("All written.");
      assertThat(request.workspace().resolve("a.txt")).hasContent("data");
      assertThat(request.workspace().resolve("patched.txt")).hasContent("hello");
      assertThat(stage.events)
          .contains(new RunEvent.ToolCalled("exec_command"), new RunEvent.ToolCalled("apply_patch"))
          .contains(
              new RunEvent.Introduced(Optional.empty(), Optional.of("0.169.0"), Optional.empty()),
              new RunEvent.Introduced(Optional.empty(), Optional.empty(), Optional.of("gpt-5.5")));
      Usage used = stage.used();
      assertThat(used).isEqualTo(new Usage(3, 4_000, 300, 500, used.cost()));
      // 4,000 at 5 dollars a million, 500 at half a dollar, 300 at 30
      assertThat(used.cost().orElseThrow().usd()).isEqualByComparingTo(new BigDecimal("0.02925"));
      assertThat(stage.server.strays()).isEmpty();
    }
  }

  @Test
  void carriesOnAfterACommandThatFailed() throws Exception {
    Script script = Script.of(CodexStage.runs("c1", "exit 7"), Turn.says("It failed."));
    try (CodexStage stage = new CodexStage(folder, script)) {
      assertThat(stage.run().text()).isEqualTo("It failed.");
      assertThat(stage.answers()).contains("exited with code 7");
    }
  }

  @Test
  void goesOnWithASessionAndCountsOnlyWhatIsNew() throws Exception {
    Script script =
        Script.of(CodexStage.runs("c1", "true"), Turn.says("first"), Turn.says("second"));
    try (CodexStage stage = new CodexStage(folder, script)) {
      stage.run();
      Usage first = stage.used();
      String id =
          stage.events.stream()
              .filter(RunEvent.Introduced.class::isInstance)
              .flatMap(event -> ((RunEvent.Introduced) event).session().stream())
              .findFirst()
              .orElseThrow();
      stage.events.clear();
      // core may know less than the session's file, where a run was stopped
      Session session = new Session(id, new Usage(1, 1_000, 100, 0, Optional.empty()));
      RunResult result = stage.run(stage.request().withSession(Optional.of(session)));

      assertThat(result.text()).isEqualTo("second");
      assertThat(first.calls()).isEqualTo(2);
      assertThat(stage.used()).isEqualTo(new Usage(1, 1_000, 100, 0, stage.used().cost()));
      assertThat(stage.server.calls().getLast().body().toString()).contains("first");
    }
  }

  @Test
  void saysThatASessionIsNotThereAnyMore() throws Exception {
    try (CodexStage stage = new CodexStage(folder, Script.of(Turn.says("fresh")))) {
      Session gone = new Session("0199c1de-0000-7000-8000-000000000000", Usage.NONE);
      RunResult result = stage.run(stage.request().withSession(Optional.of(gone)));
      assertThat(CodexRunnerTest.failure(result)).isEqualTo(Failure.SESSION_LOST);
      assertThat(stage.server.calls()).isEmpty();
    }
  }

  @Test
  void tellsOfEachCallWhileItWorks() throws Exception {
    Script loop = call -> CodexStage.runs("c" + call.number(), "true");
    try (CodexStage stage = new CodexStage(folder, loop)) {
      RunResult result = stage.runUntil(RunEvent.ModelCalled.class::isInstance, 5);
      assertThat(result).isInstanceOf(RunResult.Stopped.class);
      // the session's file is looked at ten times a second, and a call takes about as long
      assertThat(stage.server.calls()).hasSizeBetween(5, 30);
    }
  }

  @Test
  void makesTheLastCallThatItMayAndAtMostBeginsAnother() throws Exception {
    Script busy = call -> CodexStage.runs("c" + call.number(), "true");
    Script loop = busy.after(Duration.ofSeconds(1));
    Script justEnough = Script.of(CodexStage.runs("c1", "true"), Turn.says("Just enough."));
    try (CodexStage stage = new CodexStage(folder, justEnough)) {
      assertThat(stage.run(stage.request(false, 2)).text()).isEqualTo("Just enough.");
    }
    try (CodexStage stage = new CodexStage(folder, loop)) {
      RunResult result = stage.run(stage.request(false, 2));
      assertThat(CodexRunnerTest.failure(result)).isEqualTo(Failure.CALL_LIMIT);
      assertThat(stage.server.calls()).hasSizeBetween(2, 3);
    }
  }

  @Test
  void startsNoFurtherAgentsThatNobodyWouldCount() throws Exception {
    try (CodexStage stage = new CodexStage(folder, Script.of(Turn.says("done")))) {
      stage.run();
      assertThat(stage.server.calls().getFirst().tools())
          .contains("exec_command")
          .noneMatch(tool -> tool.matches(".*(agent|goal|search|image_gen).*"));
    }
  }

  @Test
  void checksProgramKeyAndSandbox() throws Exception {
    try (CodexStage stage = new CodexStage(folder, Script.of(Turn.says("")))) {
      List<Finding> findings = stage.agent.check(stage.containment());
      assertThat(findings)
          .filteredOn(finding -> !finding.subject().equals("WORKER_SANDBOX"))
          .allMatch(finding -> finding.state() == Finding.State.GOOD)
          .extracting(Finding::message)
          .anyMatch(message -> message.matches(".*/vendor/.*/bin/codex, codex-cli 0.169.0"));
      assertThat(stage.server.calls()).isEmpty();
      assertThat(stage.home.resolve("codex/writer")).isDirectoryNotContaining("glob:**/trial-*");
    }
  }

  @Test
  void takesOtherModelsAndArguments() throws Exception {
    Map<String, String> more =
        Map.of("CODEX_MODEL", "gpt-5.4-mini", "CODEX_EXTRA_ARGS", "-c model_verbosity=low");
    try (CodexStage stage = new CodexStage(folder, Script.of(Turn.says("done")), false, more)) {
      assertThat(stage.run().text()).isEqualTo("done");
      assertThat(stage.server.calls().getFirst().model()).isEqualTo("gpt-5.4-mini");
    }
  }
}
