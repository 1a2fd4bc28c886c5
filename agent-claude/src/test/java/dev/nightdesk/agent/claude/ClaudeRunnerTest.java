package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.agent.claude.ClaudeAccount.Kind;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Usage.Basis;
import dev.nightdesk.spi.Usage.Cost;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.ProgramAgentContract;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A stand-in speaks for Claude Code here, which needs no npm. */
@Execution(ExecutionMode.CONCURRENT)
class ClaudeRunnerTest extends ProgramAgentContract {
  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    return agentOf(program(ClaudeActs.script(act)));
  }

  @Override
  protected AgentRunner agentOf(Path program) throws IOException {
    return new ClaudeRunnerProvider()
        .open(
            GivenValues.of(
                Map.of("CLAUDE_COMMAND", program.toString(), "ANTHROPIC_API_KEY", "dummy")),
            desk());
  }

  private Desk desk() throws IOException {
    return new Desk("worker", folder().resolve("nightdesk"), InstantSource.system());
  }

  private Path program(String script) throws IOException {
    String version = "#!/bin/bash\nif [ \"$1\" = --version ]; then echo 2.1.329; exit; fi\n";
    Path file = Files.createTempDirectory(folder(), "bin").resolve("claude");
    Files.writeString(file, script.replace("#!/bin/bash\n", version));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private RunResult play(String rest, String... lines) throws IOException {
    return run(agentOf(program(ClaudeActs.script(rest, lines))), request("do it"));
  }

  /** An agent that waits for one second after a result. */
  private AgentRunner impatient(String script) throws IOException {
    ClaudeCommand command =
        new ClaudeCommand(
            program(script).toString(),
            "sonnet",
            new ClaudeCommand.Tools(List.of(), List.of()),
            List.of(),
            Optional.empty());
    return new ClaudeRunner(
        command, ClaudeAccount.own(Kind.KEY, Secret.of("dummy"), desk()), Duration.ofSeconds(1));
  }

  /** The real program of today does without the last word; the next version may not. */
  @Test
  void tellsTheProgramToHonourNothingOfAStranger() throws IOException {
    RunRequest request = request("do it");
    run(agentOf(program(ClaudeActs.script("printf '%s\\n' \"$@\" >words"))), request);
    assertThat(Files.readAllLines(request.workspace().resolve("words")))
        .containsSequence("--setting-sources", "", "--strict-mcp-config");
  }

  private List<Usage> calls() {
    return events.stream()
        .filter(RunEvent.ModelCalled.class::isInstance)
        .map(event -> ((RunEvent.ModelCalled) event).usage())
        .toList();
  }

  @Test
  void keepsTheTextsOfSeveralResultsAndJudgesByTheLast() throws IOException {
    String wait = ClaudeActs.result("I wait.");
    assertThat(play("", wait, ClaudeActs.said("on"), ClaudeActs.result("Done.")))
        .isInstanceOf(RunResult.Finished.class)
        .extracting(RunResult::text)
        .isEqualTo("I wait.\n\nDone.");
    assertThat(play("exit 1", wait, ClaudeActs.failed("error_during_execution", "no")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
              assertThat(failed.reason()).isEqualTo("Claude Code failed: no");
              assertThat(failed.text()).isEqualTo("I wait.");
            });
  }

  @Test
  void takesNoSingleSignForSuccess() throws IOException {
    assertThat(play("exit 3", ClaudeActs.result("Done.")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> assertThat(failed.reason()).contains("exit code 3 after its result"));
    assertThat(play("", ClaudeActs.failed("success", "API Error")))
        .isInstanceOf(RunResult.Failed.class);
    assertThat(play("", ClaudeActs.result("x").replace("\"success\"", "\"error_of_a_kind\"")))
        .isInstanceOf(RunResult.Failed.class);
    assertThat(play("", ClaudeActs.said("half")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.UNREADABLE_OUTPUT);
              assertThat(failed.text()).isEqualTo("half");
            });
  }

  @Test
  void endsAProgramThatOutlivesItsResultAndKeepsTheResult() throws IOException {
    String complaint = ClaudeActs.failed("error_during_execution", "interrupted");
    String stay = "trap 'cat <<<$complaint; exit 1' INT\nwhile :; do sleep 0.1; done";
    String script =
        ClaudeActs.script("complaint='" + complaint + "'\n" + stay, ClaudeActs.result("Done."));
    assertThat(run(impatient(script), request("do it")))
        .isInstanceOfSatisfying(
            RunResult.Finished.class,
            done -> {
              assertThat(done.text()).isEqualTo("Done.");
              assertThat(done.exitCode()).hasValue(0);
            });
  }

  @Test
  void letsAProgramWorkOnAfterAFirstResult() throws IOException {
    String script =
        ClaudeActs.script(
            "sleep 3; echo '" + ClaudeActs.result("second") + "'",
            ClaudeActs.result("first"),
            ClaudeActs.said("I go on"));
    assertThat(run(impatient(script), request("do it")).text()).isEqualTo("first\n\nsecond");
  }

  @Test
  void countsAnAnswerOnceHoweverManyPartsItComesIn() throws IOException {
    String part = ClaudeActs.said("some words that are more than one token");
    play("", part, part, ClaudeActs.result("Done."));
    assertThat(calls())
        .satisfiesExactly(
            first -> {
              assertThat(first.calls()).isEqualTo(1);
              assertThat(first.inputTokens()).isEqualTo(1000);
              assertThat(first.outputTokens()).isEqualTo(14);
              assertThat(first.cost()).contains(new Cost(new BigDecimal("0.00214"), Basis.PRICED));
            },
            second -> {
              assertThat(second.calls()).isZero();
              assertThat(second.inputTokens()).isZero();
              assertThat(second.outputTokens()).isEqualTo(14);
            });
  }

  @Test
  void settlesWhatTheRunUsedAndNotItsSession() throws IOException {
    RunRequest request = resuming("do it");
    keepSession();
    run(agentOf(program(ClaudeActs.script("", ClaudeActs.result("Done.")))), request);
    Cost cost = new Cost(new BigDecimal("0.300000"), Basis.REPORTED);
    assertThat(events)
        .contains(new RunEvent.Settled(new Usage(0, 2010, 600, 50, Optional.of(cost))));
  }

  private RunRequest resuming(String prompt) throws IOException {
    Cost cost = new Cost(new BigDecimal("0.2"), Basis.REPORTED);
    Usage used = new Usage(3, 1000, 100, 40, Optional.of(cost));
    return request(prompt).withSession(Optional.of(new Session("s-1", used)));
  }

  private void keepSession() throws IOException {
    Path project = folder().resolve("nightdesk/claude/worker/projects/-some-folder");
    Files.writeString(Files.createDirectories(project).resolve("s-1.jsonl"), "{}\n");
  }

  @Test
  void saysThatASessionIsGone() throws IOException {
    AgentRunner refusing = agentOf(program("#!/bin/bash\necho 'No such thing' >&2\nexit 1\n"));
    RunResult missing = run(refusing, resuming("go on"));
    assertThat(events).as("nothing was started").isEmpty();
    keepSession();
    RunResult refused = run(refusing, resuming("go on"));
    assertThat(List.of(missing, refused))
        .allSatisfy(result ->
            assertThat(((RunResult.Failed) result).failure()).isEqualTo(Failure.SESSION_LOST));
    assertThat(run(refusing, request("do it")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.CANNOT_START);
              assertThat(failed.reason()).endsWith("No such thing");
            });
  }

  @Test
  void tellsADeniedCallOnceWithWhatItWas() throws IOException {
    String denied =
        """
        {"type":"system","subtype":"permission_denied","tool_name":"Bash","tool_use_id":"t1"}\
        """;
    String call =
        """
        {"type":"assistant","message":{"id":"m1","model":"m","content":[{"type":"tool_use","id":"t1",\
        "name":"Bash","input":{"command":"rm -rf\\n /"}}]},"parent_tool_use_id":null}\
        """;
    String denials = "\"permission_denials\":[{\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\"}],";
    String result = ClaudeActs.result("Done.").replace("\"is_error\"", denials + "\"is_error\"");
    RunEvent expected = new RunEvent.ToolDenied("Bash", "rm -rf /");
    for (List<String> lines : List.of(List.of(denied, call), List.of(call, denied))) {
      events.clear();
      play("", lines.get(0), lines.get(1), result);
      assertThat(events)
          .filteredOn(RunEvent.ToolDenied.class::isInstance)
          .containsExactly(expected);
    }
  }

  @Test
  void givesAModelOfUnknownPriceNoCost() throws IOException {
    play(
        "", ClaudeActs.said("hello").replace("claude-sonnet-5-5", "other"), ClaudeActs.result("x"));
    assertThat(calls()).singleElement().satisfies(u -> assertThat(u.cost()).isEmpty());
  }

  @Test
  void refusesAResultThatIsTooLarge() throws IOException {
    assertThat(play("", ClaudeActs.result("x".repeat(200_000))))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.TOO_MUCH_OUTPUT);
              assertThat(failed.text()).hasSize(100_000);
            });
  }

  @Test
  void keepsItsFolderToItsOwner() throws IOException {
    play("", ClaudeActs.result("Done."));
    assertThat(Files.getPosixFilePermissions(folder().resolve("nightdesk/claude/worker")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }
}
