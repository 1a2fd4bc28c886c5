package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The real program with a model that answers well. */
@Execution(ExecutionMode.CONCURRENT)
class RealClaudeRunnerTest {
  @TempDir Path folder;

  private static Turn calls(ToolUse... tools) {
    return new Turn.CallsTools("I work.", List.of(tools), Tokens.USUAL);
  }

  @Test
  void writesFilesAndTellsWhatItDoes() throws IOException {
    Path other = folder.resolve("nightdesk/workspaces/files/b.txt");
    try (RealClaude claude =
        RealClaude.playing(
            folder,
            calls(
                new ToolUse("t1", "Write", "{\"file_path\":\"a.txt\",\"content\":\"one\"}"),
                new ToolUse(
                    "t2", "Write", "{\"file_path\":\"" + other + "\",\"content\":\"two\"}")),
            Turn.says("It is done."))) {
      RunResult result = claude.run("do it");

      assertThat(result.text()).isEqualTo("It is done.");
      assertThat(result.exitCode()).hasValue(0);
      assertThat(claude.workspace.resolve("a.txt")).hasContent("one");
      assertThat(other).hasContent("two");
      assertThat(claude.events)
          .contains(
              new RunEvent.ToolCalled("Write"),
              new RunEvent.Said("I work.\n"),
              new RunEvent.Said("It is done.\n"))
          .noneMatch(RunEvent.ToolDenied.class::isInstance);
      assertThat(introduced(claude).version()).contains(ClaudeCheck.TESTED);
      assertThat(introduced(claude).model())
          .hasValueSatisfying(m -> assertThat(m).contains("sonnet"));
      assertThat(claude.settled())
          .isEqualTo(
              new Usage(
                  2,
                  2000,
                  200,
                  0,
                  Optional.of(new Usage.Cost(new BigDecimal("0.006000"), Usage.Basis.REPORTED))));
    }
  }

  private static RunEvent.Introduced introduced(RealClaude claude) {
    return claude.events.stream()
        .filter(RunEvent.Introduced.class::isInstance)
        .map(RunEvent.Introduced.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void doesNotDoWhatItMayNotAndSaysSo() throws IOException {
    Path away = folder.resolve("away.txt");
    try (RealClaude claude =
        RealClaude.playing(
            folder,
            calls(
                new ToolUse("t1", "Bash", "{\"command\":\"touch " + away + "\"}"),
                new ToolUse("t2", "Write", "{\"file_path\":\"" + away + "\",\"content\":\"x\"}"),
                new ToolUse("t3", "Read", "{\"file_path\":\"/etc/hostname\"}"),
                new ToolUse("t4", "Bash", "{\"command\":\"touch here.txt\"}")),
            Turn.says("I could not."))) {
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
      assertThat(away).doesNotExist();
      assertThat(claude.events)
          .filteredOn(RunEvent.ToolDenied.class::isInstance)
          .containsExactlyInAnyOrder(
              new RunEvent.ToolDenied("Bash", "touch " + away),
              new RunEvent.ToolDenied("Write", away.toString()),
              new RunEvent.ToolDenied("Read", "/etc/hostname"),
              new RunEvent.ToolDenied("Bash", "touch here.txt"));
    }
  }

  @Test
  void takesEveryPromptForText() throws IOException {
    Path canary = Files.writeString(folder.resolve("canary.txt"), "CANARY" + 4711);
    String at = "@" + canary;
    String prompt =
        """
        /cost
        !id
        %1$s (%1$s) ,%1$s 。%1$s \\%1$s @"%2$s"
        \t%1$s\u00a0%1$s\u3000%1$s@\ufeff%1$s a@b.org @agent-x @server:resource://x
        /compact\
        """
            .formatted(at, canary);
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("done"))) {
      assertThat(claude.run(prompt)).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.told()).doesNotContain("CANARY4711");
      assertThat(claude.model.calls()).hasSize(1);
      assertThat(claude.model.calls().getFirst().text())
          .contains("\n/cost\n!id\n\\@" + canary, " a@b.org ", "\n/compact");
    }
  }

  @Test
  void goesOnWithASessionFromAnotherFolder() throws IOException {
    String id;
    Usage used;
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("the answer is 42"))) {
      RunRequest request = claude.request("what is the answer?");
      try (AgentRunner agent = claude.agent()) {
        agent.run(request, claude.events::add);
      }
      id = introduced(claude).session().orElseThrow();
      used = claude.settled();
      assertThat(id).isEqualTo(request.runId());
      assertThat(used.cost().orElseThrow().usd()).isPositive();
    }
    Files.move(
        folder.resolve("nightdesk/workspaces/files"), folder.resolve("nightdesk/workspaces/old"));
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("as I said"))) {
      assertThat(claude.goingOnWith(id, used).run("again?").text()).isEqualTo("as I said");
      assertThat(claude.told()).contains("what is the answer?", "the answer is 42", "again?");
      assertThat(introduced(claude).session()).contains(id);
      assertThat(claude.settled()).isEqualTo(used);
    }
  }

  @Test
  void knowsThatASessionIsLost() throws IOException {
    String id = "0192f3a0-1111-7222-8333-94445555aaaa";
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("never"))) {
      claude.goingOnWith(id, Usage.NONE);
      Path project = Files.createDirectories(claude.home.resolve("claude/worker/projects/-x"));
      Files.createFile(project.resolve(id + ".jsonl"));
      assertThat(claude.run("go on"))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> assertThat(failed.failure()).isEqualTo(Failure.SESSION_LOST));
      assertThat(claude.model.calls()).isEmpty();
    }
  }

  @Test
  void saysWhichArgumentItDoesNotKnow() throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("never"))) {
      claude.with("CLAUDE_EXTRA_ARGS", "--no-such-thing");
      assertThat(claude.run("do it"))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.failure()).isEqualTo(Failure.CANNOT_START);
                assertThat(failed.reason()).contains("--no-such-thing");
              });
    }
  }

  @Test
  void remembersNothingOfATaskInTheNext() throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("noted"))) {
      claude.run("the word is CANARY" + 4712);
    }
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("done"))) {
      claude.run("do it");
      assertThat(claude.told()).doesNotContain("CANARY4712");
    }
  }

  @Test
  void callsNobodyButTheModel() throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("done"))) {
      claude.run("do it");
      assertThat(claude.model.strays()).isEmpty();
    }
  }

  @Test
  void tellsItsVersionAndWhoPays() throws Exception {
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("never"));
        AgentRunner agent = claude.agent()) {
      assertThat(agent.check(claude.containment()))
          .extracting(Finding::subject, Finding::state)
          .contains(
              org.assertj.core.groups.Tuple.tuple("CLAUDE_COMMAND", Finding.State.GOOD),
              org.assertj.core.groups.Tuple.tuple("ANTHROPIC_API_KEY", Finding.State.GOOD));
      assertThat(claude.model.calls()).isEmpty();
    }
  }
}
