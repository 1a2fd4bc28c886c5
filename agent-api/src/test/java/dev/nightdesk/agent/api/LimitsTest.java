package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.agent.api.Wire.Patience;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of a run, and a service that keeps us waiting. */
class LimitsTest {
  @TempDir Path folder;

  private static final Turn LOOPING = Turn.calls("t1", "glob", Map.of("pattern", "*"));

  @Test
  void endsAnEndlessLoopAtExactlyTheCallsThatItMayMake() throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, LOOPING).allowing(17, "1000")) {
      assertThat(ApiStage.failed(stage.run("do it")).failure()).isEqualTo(Failure.CALL_LIMIT);
      assertThat(stage.server.calls()).hasSize(17);
      assertThat(stage.used().calls()).isEqualTo(17);
    }
  }

  @Test
  void endsTheSameMalformedCallAgainAndAgainAtTheCallLimit() throws IOException {
    Turn broken =
        new Turn.CallsTools("", List.of(new ToolUse("t", "write", "{\"pa")), Tokens.USUAL);
    try (ApiStage stage = ApiStage.playing(folder, broken).allowing(9, "1000")) {
      assertThat(ApiStage.failed(stage.run("do it")).failure()).isEqualTo(Failure.CALL_LIMIT);
      assertThat(stage.server.calls()).hasSize(9);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0001", "0.10", "0.50", "2"})
  void makesNoCallThatCouldPassTheCostLimit(String limit) throws IOException {
    // each call uses as much as it was asked to at most
    Turn dear =
        new Turn.CallsTools(
            "x".repeat(1_000),
            List.of(new ToolUse("t", "glob", "{\"pattern\":\"*\"}")),
            new Tokens(1_000, Model.LONGEST_ANSWER, 0));
    try (ApiStage stage =
        ApiStage.playing(folder, dear)
            .with("API_AGENT_PRICE_IN_USD", "3")
            .with("API_AGENT_PRICE_OUT_USD", "15")
            .allowing(200, limit)) {
      assertThat(ApiStage.failed(stage.run("do it")).failure()).isEqualTo(Failure.COST_LIMIT);
      BigDecimal spent =
          stage.events.stream()
              .filter(RunEvent.ModelCalled.class::isInstance)
              .map(e -> ((RunEvent.ModelCalled) e).usage().cost().orElseThrow().usd())
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(spent).isLessThanOrEqualTo(new BigDecimal(limit));
      BigDecimal another = new BigDecimal("0.16");
      assertThat(spent.add(another))
          .as("it stopped too early")
          .isGreaterThan(new BigDecimal(limit));
    }
  }

  @Test
  void countsAtTheDearestRateWhereThePriceIsNotKnown() throws IOException {
    // 8,192 tokens at 75 dollars a million are 0.61 dollars
    try (ApiStage stage = ApiStage.playing(folder, LOOPING).allowing(200, "0.60")) {
      assertThat(ApiStage.failed(stage.run("do it")).failure()).isEqualTo(Failure.COST_LIMIT);
      assertThat(stage.server.calls()).isEmpty();
    }
  }

  @Test
  void countsALongPromptBeforeItIsSent() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(folder, Turn.says("done"))
            .with("API_AGENT_PRICE_IN_USD", "3")
            .with("API_AGENT_PRICE_OUT_USD", "0")
            .allowing(200, "1")) {
      assertThat(ApiStage.failed(stage.run("word ".repeat(300_000))).failure())
          .isEqualTo(Failure.COST_LIMIT);
      assertThat(stage.server.calls()).isEmpty();
    }
  }

  @Test
  void refusesAResultThatIsTooLargeAndKeepsItsBeginning() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(
            folder,
            new Turn.RunsOut("é".repeat(40_000), Tokens.USUAL),
            Turn.says("x".repeat(60_000)))) {
      RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.TOO_MUCH_OUTPUT);
      assertThat(failed.text().getBytes(StandardCharsets.UTF_8)).hasSize(100_000);
      assertThat(failed.text()).startsWith("éé").endsWith("xx");
    }
  }

  @Test
  void makesRoomWhenTheServiceSaysThatTheConversationIsTooLong() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    Script script =
        call -> {
          int size = call.body().toString().length();
          sizes.add(size);
          if (size > 200_000) {
            return Turn.fails(400, "invalid_request_error", "prompt is too long: 99999 tokens");
          }
          return sizes.size() > 12
              ? Turn.says("done")
              : Turn.calls("t" + sizes.size(), "read", Map.of("path", "big.txt"));
        };
    try (ApiStage stage = ApiStage.playing(folder, script)) {
      RunRequest request = stage.request("do it");
      Files.writeString(
          request.workspace().resolve("big.txt"), ("y".repeat(20_000) + "\n").repeat(2));
      assertThat(stage.run(request).text()).isEqualTo("done");
      ModelCall last = stage.server.calls().getLast();
      assertThat(last.body().toString()).contains("removed to make room", "yyyy");
      assertThat(last.body().findValuesAsText("tool_use_id"))
          .as("every call has its result")
          .containsExactlyElementsOf(
              last.body().findValues("content").stream()
                  .flatMap(content -> content.findParents("input").stream())
                  .map(use -> use.path("id").asText())
                  .distinct()
                  .toList());
    }
  }

  @Test
  void saysThatTheConversationIsTooLongWhereNothingCanBeRemoved() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(
            folder, Turn.fails(400, "context_length_exceeded", "maximum context length is 9"))) {
      RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
      assertThat(failed.reason()).contains("longer than the model can take");
      assertThat(stage.server.calls()).hasSize(1);
    }
  }

  @Test
  void holdsTheAccountThatIsToldToWaitForLong() throws IOException {
    Turn limited = new Turn.Fails(429, "rate_limit_error", "x", Map.of("retry-after", "3600"));
    try (ApiStage stage = ApiStage.playing(folder, limited)) {
      RunResult result = stage.run("do it");
      assertThat(result).isInstanceOf(RunResult.AccountLimited.class);
      RunResult.AccountLimited held = (RunResult.AccountLimited) result;
      assertThat(held.account()).isEqualTo("api-127.0.0.1");
      assertThat(Duration.between(Instant.now(), held.until().orElseThrow()))
          .isBetween(Duration.ofSeconds(3_500), Duration.ofSeconds(3_600));
      assertThat(stage.server.calls()).hasSize(1);
    }
  }

  @Test
  void waitsAsLongAsTheServiceSays() throws IOException {
    Turn limited = new Turn.Fails(429, "rate_limit_error", "x", Map.of("retry-after", "1"));
    List<Long> moments = new ArrayList<>();
    Script script =
        call -> {
          moments.add(System.nanoTime());
          return moments.size() == 1 ? limited : Turn.says("done");
        };
    try (ApiStage stage = ApiStage.playing(folder, script)) {
      assertThat(stage.run("do it").text()).isEqualTo("done");
      assertThat(Duration.ofNanos(moments.getLast() - moments.getFirst()))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void givesUpOnAServiceThatFallsSilentOrNeverAnswers() throws IOException {
    Patience hasty =
        new Patience(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(10));
    for (Turn turn : List.of(new Turn.FallsSilent("half"), new Turn.NeverAnswers())) {
      try (ApiStage stage = ApiStage.playing(folder, turn).with(hasty)) {
        long began = System.nanoTime();
        RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(failed.failure()).isEqualTo(Failure.MODEL_UNAVAILABLE);
        assertThat(failed.reason()).containsAnyOf("fell silent", "did not answer");
        assertThat(stage.server.calls()).as("a busy machine may lose one").hasSizeBetween(2, 5);
      }
    }
  }

  @Test
  void saysThatTheServiceCannotBeReached() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(folder).with("API_AGENT_BASE_URL", "http://127.0.0.1:1/v1")) {
      RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
      assertThat(failed.failure()).isEqualTo(Failure.MODEL_UNAVAILABLE);
      assertThat(failed.reason()).contains("cannot be reached");
    }
  }
}
