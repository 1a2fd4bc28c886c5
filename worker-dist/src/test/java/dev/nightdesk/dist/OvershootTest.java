package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.testkit.RealProgram;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By how much runs pass their limits: whole runs of the release, a worker for each limit. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class OvershootTest {
  private static final long TIME_LIMIT_MILLIS = 6_000;
  private static final long MOST_MILLIS_MORE = 2_000;
  private static final long OUTPUT_LIMIT = 100 * 1024;
  private static final long MOST_BYTES_MORE = 64 * 1024;
  private static final int CALL_LIMIT = 5;
  private static final BigDecimal COST_LIMIT = new BigDecimal("2");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"claude", "codex", "api"})
  void passesNoLimitByMoreThanTheCallInFlight(String agent, EmbeddedServer server)
      throws Exception {
    // calls that take less than a look at them would be told from one another too late
    Script script = call -> answer(agent, call);
    try (ModelServer model = ModelServer.playing(script.after(Duration.ofSeconds(1)))) {
      Stage desk = new Stage(folder, server).with("WORKER_AGENT", agent);
      use(agent, desk, model);
      Map<String, JsonNode> runs = runs(desk, "time", "output", "calls", "cost");

      assertTimeAndOutput(agent, runs);
      long calls = asked(model, "LIMIT-CALLS") - CALL_LIMIT;
      JsonNode dear = one(runs, "cost");
      BigDecimal each =
          dear.path("cost_usd")
              .decimalValue()
              .divide(new BigDecimal(dear.path("llm_calls").asInt()), 4, RoundingMode.UP);
      // what the service wants to be paid, also for an answer that nobody waited for
      BigDecimal more =
          each.multiply(new BigDecimal(asked(model, "LIMIT-COST"))).subtract(COST_LIMIT);
      System.out.printf(
          "overshoot agent=%s calls=%d usd=%s of %s a call%n", agent, calls, more, each);
      assertThat(one(runs, "calls").path("status").asText()).isEqualTo("CALL_LIMIT");
      // One that is not told its limits may have begun a call when it is stopped.
      assertThat(calls).as("calls").isBetween(0L, agent.equals("codex") ? 1L : 0L);
      assertThat(dear.path("status").asText()).isEqualTo("COST_LIMIT");
      assertThat(more).as("dollars").isLessThanOrEqualTo(each);
    }
  }

  @Test
  void passesNoLimitOfTimeAndOutputWithAnyProgram(EmbeddedServer server) throws Exception {
    Stage desk = new Stage(folder, server);
    desk.with("LIMIT_TIME_COMMAND_AGENT", "sh -c 'echo begun; while :; do sleep 0.1; done'");
    desk.with("LIMIT_OUTPUT_COMMAND_AGENT", "sh -c 'yes overshoot'");
    Map<String, JsonNode> runs = runs(desk, "time", "output");
    assertTimeAndOutput("command", runs);
    // and what is said of it is what is on the disk
    Path record = desk.home().resolve("runs").resolve(one(runs, "output").path("run_id").asText());
    assertThat(Files.size(record.resolve("transcript.jsonl")))
        .isBetween(OUTPUT_LIMIT, OUTPUT_LIMIT + MOST_BYTES_MORE);
  }

  private static void assertTimeAndOutput(String agent, Map<String, JsonNode> runs) {
    JsonNode slow = one(runs, "time");
    long millis = slow.path("duration_ms").asLong() - TIME_LIMIT_MILLIS;
    long bytes = one(runs, "output").path("output_bytes").asLong() - OUTPUT_LIMIT;
    System.out.printf(
        "overshoot agent=%s time_ms=%d output_bytes=%d%n", agent, millis, Math.max(bytes, 0));
    assertThat(slow.path("status").asText()).isEqualTo("TIMEOUT");
    assertThat(millis).as("milliseconds").isBetween(0L, MOST_MILLIS_MORE);
    assertThat(one(runs, "output").path("status").asText()).isEqualTo("OUTPUT_LIMIT");
    assertThat(bytes).as("bytes").isLessThanOrEqualTo(MOST_BYTES_MORE);
  }

  private static long asked(ModelServer model, String task) {
    return model.calls().stream().filter(call -> call.body().toString().contains(task)).count();
  }

  private static JsonNode one(Map<String, JsonNode> runs, String limit) {
    return Objects.requireNonNull(runs.get(limit), limit);
  }

  private static Turn answer(String agent, ModelCall call) {
    String asked = call.body().toString();
    if (asked.contains("LIMIT-TIME")) {
      return new Turn.FallsSilent("begun");
    }
    if (asked.contains("LIMIT-OUTPUT")) {
      return Turn.says("x".repeat(300_000));
    }
    ToolUse tool =
        switch (agent) {
          case "claude" -> new ToolUse("t" + call.number(), "Glob", "{\"pattern\":\"*\"}");
          case "codex" -> new ToolUse("t" + call.number(), "exec_command", "{\"cmd\":\"true\"}");
          default -> new ToolUse("t" + call.number(), "glob", "{\"pattern\":\"*\"}");
        };
    boolean dear = asked.contains("LIMIT-COST");
    return new Turn.CallsTools(
        "", List.of(tool), dear ? new Tokens(100_000, 1_000, 0) : new Tokens(100, 10, 0));
  }

  private static void use(String agent, Stage desk, ModelServer model) throws Exception {
    switch (agent) {
      case "claude" ->
          desk.with(
                  "CLAUDE_COMMAND",
                  RealProgram.at("@anthropic-ai/claude-code-linux-x64/claude").toString())
              .with("ANTHROPIC_BASE_URL", model.url().toString())
              .with("ANTHROPIC_API_KEY", "key-1-x");
      case "codex" ->
          desk.with("CODEX_COMMAND", RealProgram.at("@openai/codex/bin/codex.js").toString())
              .with("CODEX_BASE_URL", model.url() + "/v1")
              .with("CODEX_MODEL", "gpt-5")
              .with("CODEX_API_KEY", "key-2-x");
      default ->
          desk.with("API_AGENT_PROVIDER", "openai")
              .with("API_AGENT_BASE_URL", model.url() + "/v1")
              .with("API_AGENT_MODEL", "local-1")
              .with("API_AGENT_PRICE_IN_USD", "3")
              .with("API_AGENT_PRICE_OUT_USD", "15")
              .with("API_AGENT_KEY", "key-3-x");
    }
  }

  /** The audit records of a run for each limit, all workers at once. */
  private static Map<String, JsonNode> runs(Stage desk, String... limits) throws Exception {
    desk.with("WORKERS", "limit-" + String.join(",limit-", limits));
    desk.with("WORKER_CALL_LIMIT", "100000").with("WORKER_COST_LIMIT_USD", "1000");
    desk.with("WORKER_TASK_BUDGET_USD", "1000");
    for (String limit : limits) {
      String prefix = "LIMIT_" + limit.toUpperCase(Locale.ROOT) + "_";
      String table = desk.table() + "_" + limit;
      desk.with(prefix + "POSTGRES_TABLE", table)
          .with(prefix + "POSTGRES_COMMENTS_TABLE", table + "_c");
    }
    desk.with("LIMIT_TIME_TIME_LIMIT", TIME_LIMIT_MILLIS / 1000 + "s");
    desk.with("LIMIT_OUTPUT_OUTPUT_LIMIT", OUTPUT_LIMIT / 1024 + "KB");
    desk.with("LIMIT_CALLS_CALL_LIMIT", "" + CALL_LIMIT);
    desk.with("LIMIT_COST_COST_LIMIT_USD", COST_LIMIT.toString());
    desk.withTables();
    for (String limit : limits) {
      desk.insert(desk.table() + "_" + limit, "LIMIT-" + limit.toUpperCase(Locale.ROOT), "Do it.");
    }
    Outcome outcome = desk.nightdesk("run").run();
    Map<String, JsonNode> runs = new HashMap<>();
    for (String line : Files.readAllLines(desk.home().resolve("runs.jsonl"))) {
      JsonNode run = new ObjectMapper().readTree(line);
      runs.put(run.path("worker").asText().substring("limit-".length()), run);
    }
    assertThat(runs).as(outcome.err()).containsOnlyKeys(limits);
    return runs;
  }
}
