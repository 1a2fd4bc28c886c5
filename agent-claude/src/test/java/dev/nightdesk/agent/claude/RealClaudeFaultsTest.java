package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real program makes of a model's service that fails, and what we make of that. */
@Execution(ExecutionMode.CONCURRENT)
class RealClaudeFaultsTest {
  private static final Turn LISTS = Turn.calls("t", "Glob", Map.of("pattern", "*", "path", "."));

  private static final Turn DELEGATES =
      Turn.calls(
          "t",
          "Agent",
          Map.of("description", "d", "prompt", "spend", "subagent_type", "general-purpose"));

  @TempDir Path folder;

  private static RunResult.Failed failed(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    return (RunResult.Failed) result;
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error, nonsense, AGENT_FAILED",
    "400, invalid_request_error, Your credit balance is too low, MODEL_REFUSES_US",
    "401, authentication_error, invalid x-api-key, MODEL_REFUSES_US",
    "403, permission_error, not yours, MODEL_REFUSES_US",
    "404, not_found_error, model: sonnet, MODEL_REFUSES_US",
    "429, rate_limit_error, slow down, MODEL_UNAVAILABLE",
    "500, api_error, broken, MODEL_UNAVAILABLE",
    "529, overloaded_error, Overloaded, MODEL_UNAVAILABLE",
  })
  void sortsTheErrorsOfTheService(int status, String type, String message, Failure expected)
      throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, Turn.fails(status, type, message))) {
      RunResult.Failed failed = failed(claude.run("do it"));
      assertThat(failed.failure()).isEqualTo(expected);
      assertThat(failed.reason()).doesNotContain("dummy").doesNotContain("\n");
      assertThat(failed.text()).as("an error is nothing that the agent said").isEmpty();
    }
  }

  @Test
  void goesOnWhenTheServiceDoes() throws IOException {
    Turn overloaded = Turn.fails(529, "overloaded_error", "Overloaded");
    try (RealClaude claude = RealClaude.playing(folder, overloaded, Turn.says("done"))) {
      assertThat(claude.given("CLAUDE_CODE_MAX_RETRIES", "2").run("do it"))
          .isInstanceOf(RunResult.Finished.class)
          .extracting(RunResult::text)
          .isEqualTo("done");
      assertThat(claude.events).contains(new RunEvent.Alive());
    }
  }

  @Test
  void saysThatAServiceCannotBeReached() throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, Turn.says("never"))) {
      claude.with("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
      assertThat(failed(claude.run("do it")).failure()).isEqualTo(Failure.MODEL_UNAVAILABLE);
    }
    try (RealClaude claude = RealClaude.playing(folder, new Turn.NeverAnswers())) {
      claude.given("API_TIMEOUT_MS", "1500");
      assertThat(failed(claude.run("do it")).failure()).isEqualTo(Failure.MODEL_UNAVAILABLE);
    }
  }

  @Test
  void getsOverAStreamThatIsCut() throws IOException {
    try (RealClaude claude =
        RealClaude.playing(folder, new Turn.Cut("half of"), Turn.says("whole"))) {
      assertThat(claude.run("do it"))
          .isInstanceOf(RunResult.Finished.class)
          .extracting(RunResult::text)
          .asString()
          .endsWith("whole");
    }
  }

  @Test
  void failsWhereTheStreamItselfHoldsAnError() throws IOException {
    Turn inStream = new Turn.FailsInStream("half", "overloaded_error", "Overloaded");
    Turn atOnce = Turn.fails(529, "overloaded_error", "Overloaded");
    try (RealClaude claude = new RealClaude(folder, call -> call.streamed() ? inStream : atOnce)) {
      RunResult.Failed failed = failed(claude.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.MODEL_UNAVAILABLE);
      assertThat(failed.text()).as("what was said until then").startsWith("half");
    }
  }

  @Test
  void saysInPlainWordsThatTheModelWouldNot() throws IOException {
    try (RealClaude claude =
        RealClaude.playing(folder, new Turn.Refuses("I begin", Tokens.USUAL))) {
      RunResult.Failed failed = failed(claude.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
      assertThat(failed.reason()).startsWith("The model's provider does not let it answer");
      assertThat(claude.model.calls()).as("it asks once more").hasSize(2);
      assertThat(failed.text()).isEqualTo("I begin");
    }
    try (RealClaude claude =
        RealClaude.playing(folder, new Turn.RunsOut("I begin", Tokens.USUAL))) {
      RunResult.Failed failed = failed(claude.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
      assertThat(failed.reason()).isEqualTo("An answer of the model was longer than it may be.");
    }
  }

  @Test
  void holdsTheAccountUntilItsLimitIsReset() throws IOException {
    Turn limited =
        new Turn.Fails(
            429,
            "rate_limit_error",
            "limit",
            Map.of(
                "anthropic-ratelimit-unified-status", "rejected",
                "anthropic-ratelimit-unified-reset", "1795300000",
                "anthropic-ratelimit-unified-representative-claim", "five_hour",
                "retry-after", "3600"));
    try (RealClaude claude = RealClaude.playing(folder, limited)) {
      claude.without("ANTHROPIC_API_KEY").with("CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-dummy");
      assertThat(claude.run("do it"))
          .isInstanceOfSatisfying(
              RunResult.AccountLimited.class,
              reached -> {
                assertThat(reached.account()).startsWith("claude-subscription-");
                assertThat(reached.until()).contains(Instant.ofEpochSecond(1_795_300_000));
              });
    }
  }

  @Test
  void doesNotTakeTheWordsOfAPersonForALimit() throws IOException {
    Turn said = Turn.says("You've hit your 5-hour limit · resets 10pm (UTC)");
    try (RealClaude claude = RealClaude.playing(folder, said)) {
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
    }
  }

  @Test
  void stopsAnEndlessLoopAtItsCalls() throws IOException {
    try (RealClaude claude = RealClaude.playing(folder, LISTS)) {
      assertThat(failed(claude.atMost(3, "10").run("do it")).failure())
          .isEqualTo(Failure.CALL_LIMIT);
      assertThat(claude.model.calls()).hasSize(3);
      assertThat(claude.settled().calls()).isEqualTo(3);
    }
  }

  @Test
  void stopsAtItsCostAndTellsItLive() throws IOException {
    Turn dear =
        new Turn.CallsTools(
            "",
            List.of(new Turn.ToolUse("t", "Glob", "{\"pattern\":\"*\"}")),
            new Tokens(200_000, 1_000, 0));
    try (RealClaude claude = RealClaude.playing(folder, dear)) {
      assertThat(failed(claude.atMost(200, "1").run("do it")).failure())
          .isEqualTo(Failure.COST_LIMIT);
      assertThat(claude.model.calls()).hasSize(3); // of 0.41 dollars each
      assertThat(claude.usages())
          .filteredOn(usage -> usage.calls() == 1)
          .hasSize(3)
          .allSatisfy(usage ->
              assertThat(usage.cost().orElseThrow().usd())
                  .isBetween(new BigDecimal("0.4"), new BigDecimal("0.41")));
    }
  }

  /** Claude Code looks at its budget only between its own turns, so the meter has to. */
  @Test
  void tellsLiveWhatAgentsBelowItSpend() throws IOException {
    try (RealClaude claude =
            new RealClaude(
                folder,
                call -> call.headers().containsKey("x-claude-code-agent-id") ? LISTS : DELEGATES);
        AgentRunner agent = claude.agent()) {
      RunResult result =
          agent.run(
              claude.request("do it"),
              event -> {
                claude.events.add(event);
                if (claude.usages().size() == 6) {
                  Thread.currentThread().interrupt(); // as the meter does at its limit
                }
              });
      assertThat(result).isInstanceOf(RunResult.Stopped.class);
      assertThat(claude.model.calls()).hasSizeBetween(6, 8);
    }
  }

  @Test
  void countsTheCallsOfAgentsBelowItWhateverTheySay() throws IOException {
    try (RealClaude claude =
        new RealClaude(
            folder,
            call ->
                call.headers().containsKey("x-claude-code-agent-id")
                    ? Turn.says("I only talk.")
                    : call.results().isEmpty() ? DELEGATES : Turn.says("done"))) {
      assertThat(claude.run("do it").text()).isEqualTo("done");
      assertThat(claude.usages().stream().mapToInt(Usage::calls).sum()).isEqualTo(3);
      assertThat(claude.events).doesNotContain(new RunEvent.Said("I only talk.\n"));
    }
  }

  @Test
  void leavesNoShellBehindThatNeverEnds() throws IOException {
    String token = "bg" + System.nanoTime();
    Turn starts =
        Turn.calls(
            "t",
            "Bash",
            Map.of("command", "exec -a " + token + " sleep 300", "run_in_background", true));
    try (RealClaude claude = RealClaude.playing(folder, starts, Turn.says("done"))) {
      claude.with("CLAUDE_ALLOWED_TOOLS", "Bash").given("BASH_DEFAULT_TIMEOUT_MS", "1500");
      long began = System.nanoTime();
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
      assertThat(claude.model.calls().getFirst().body().path("tools").toString())
          .contains("\"Bash\"")
          .doesNotContain("run_in_background");
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(process -> process.info().commandLine().orElse("").contains(token));
    }
  }
}
