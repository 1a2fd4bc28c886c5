package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real Codex makes of a model that fails, and what we make of that. */
@Execution(ExecutionMode.CONCURRENT)
class RealCodexFaultsTest {
  @TempDir Path folder;

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(Turn.fails(400, "bad", "the moon is closed"), Failure.AGENT_FAILED, "moon"),
        Arguments.of(
            Turn.fails(401, "invalid_api_key", "Incorrect key"), Failure.MODEL_REFUSES_US, "401"),
        Arguments.of(Turn.fails(403, "forbidden", "no"), Failure.MODEL_REFUSES_US, "403"),
        Arguments.of(Turn.fails(404, "no_model", "no model"), Failure.AGENT_FAILED, "404"),
        Arguments.of(
            Turn.fails(429, "rate_limit_exceeded", "slow"), Failure.MODEL_UNAVAILABLE, "429"),
        Arguments.of(
            Turn.fails(429, "insufficient_quota", "pay"), Failure.MODEL_REFUSES_US, "Quota"),
        Arguments.of(Turn.fails(500, "server_error", "oops"), Failure.MODEL_UNAVAILABLE, "demand"),
        Arguments.of(
            Turn.fails(503, "server_is_overloaded", "x"), Failure.MODEL_UNAVAILABLE, "capacity"),
        Arguments.of(new Turn.Cut("half"), Failure.MODEL_UNAVAILABLE, "stream"),
        Arguments.of(
            new Turn.FailsInStream("half", "server_error", "broken"),
            Failure.MODEL_UNAVAILABLE,
            "broken"),
        Arguments.of(
            new Turn.FailsInStream("", "context_length_exceeded", "long"),
            Failure.AGENT_FAILED,
            "context window"),
        Arguments.of(
            new Turn.RunsOut("half", Tokens.USUAL), Failure.AGENT_FAILED, "max_output_tokens"),
        Arguments.of(new Turn.Refuses("", Tokens.USUAL), Failure.AGENT_FAILED, "content_filter"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void sortsWhatEndsARun(Turn turn, Failure failure, String reason) throws Exception {
    try (CodexStage stage = new CodexStage(folder, Script.of(turn))) {
      RunResult result = stage.run();
      assertThat(CodexRunnerTest.failure(result)).isEqualTo(failure);
      assertThat(((RunResult.Failed) result).reason())
          .startsWith(
              failure == Failure.MODEL_UNAVAILABLE
                  ? "The model's service is overloaded or cannot be reached: "
                  : failure == Failure.AGENT_FAILED ? "Codex failed: " : "")
          .contains(reason);
      assertThat(stage.server.calls()).hasSizeLessThanOrEqualTo(9);
    }
  }

  @Test
  void saysThatTheModelCannotBeReached() throws Exception {
    Map<String, String> nobody = Map.of("CODEX_BASE_URL", "http://127.0.0.1:1/v1");
    try (CodexStage stage = new CodexStage(folder, Script.of(Turn.says("")), false, nobody)) {
      assertThat(CodexRunnerTest.failure(stage.run())).isEqualTo(Failure.MODEL_UNAVAILABLE);
    }
  }

  @Test
  void getsOverAnOverload() throws Exception {
    Script script = Script.of(Turn.fails(500, "server_error", "x"), Turn.says("after all"));
    try (CodexStage stage = new CodexStage(folder, script)) {
      assertThat(stage.run().text()).isEqualTo("after all");
    }
  }

  @Test
  void tellsUntilWhenTheAccountIsUsedUp() throws Exception {
    Instant reset = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3_600);
    Map<String, String> headers =
        Map.of(
            "x-codex-primary-used-percent", "100",
            "x-codex-primary-window-minutes", "300",
            "x-codex-primary-reset-at", String.valueOf(reset.getEpochSecond()),
            "x-codex-secondary-used-percent", "40",
            "x-codex-secondary-window-minutes", "10080",
            "x-codex-secondary-reset-at", String.valueOf(reset.getEpochSecond() + 90_000));
    Turn limit = new Turn.Fails(429, "usage_limit_reached", "The limit is reached", headers);
    try (CodexStage stage = new CodexStage(folder, Script.of(limit))) {
      assertThat(stage.run())
          .isInstanceOfSatisfying(
              RunResult.AccountLimited.class,
              limited -> {
                assertThat(limited.until()).contains(reset);
                assertThat(limited.account()).matches("codex-key-[0-9a-f]{8}");
              });
      assertThat(stage.server.calls()).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("silences")
  void isStoppedWhereTheModelFallsSilent(Turn silence) throws Exception {
    Script script = Script.of(CodexStage.runs("c1", "true"), silence);
    try (CodexStage stage = new CodexStage(folder, script)) {
      long began = System.nanoTime();
      RunResult result = stage.runUntil(RunEvent.ModelCalled.class::isInstance, 1);
      assertThat(result).isInstanceOf(RunResult.Stopped.class);
      assertThat(System.nanoTime() - began).isLessThan(10_000_000_000L);
    }
  }

  static Stream<Turn> silences() {
    return Stream.of(new Turn.FallsSilent("half"), new Turn.NeverAnswers());
  }
}
