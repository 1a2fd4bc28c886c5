package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Usage.Basis;
import dev.nightdesk.spi.Usage.Cost;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what a run uses: from each answer of the model while it goes on, and as Claude Code says
 * it at the end of a turn. For one thread.
 */
final class ClaudeSpend {
  private static final int MONEY_SCALE = 6;

  /** An answer is passed on before the service has counted it; a token has seldom less. */
  private static final int CHARACTERS_IN_A_TOKEN = 3;

  private final Usage before;
  private final Set<String> calls = new HashSet<>();

  /**
   * @param before what the session's earlier runs used, since Claude Code counts whole sessions
   */
  ClaudeSpend(Usage before) {
    this.before = before;
  }

  /** What a part of an answer used; the parts of one answer come one by one. */
  Usage of(JsonNode message) {
    boolean first = calls.add(message.path("id").asText());
    JsonNode usage = first ? message.path("usage") : MissingNode.getInstance();
    long received = 0;
    for (JsonNode block : message.path("content")) {
      received += size(block) / CHARACTERS_IN_A_TOKEN + 1;
    }
    long counted = Math.max(received, usage.path("output_tokens").asLong());
    return new Usage(
        first ? 1 : 0,
        tokens(usage, "input_tokens") + tokens(usage, "cache_creation_input_tokens"),
        counted,
        tokens(usage, "cache_read_input_tokens"),
        ClaudePrices.of(message.path("model").asText())
            .map(price -> new Cost(price.cost(usage, counted), Basis.PRICED)));
  }

  private static int size(JsonNode block) {
    return switch (block.path("type").asText()) {
      case "text" -> block.path("text").asText().length();
      case "thinking" -> block.path("thinking").asText().length();
      case "tool_use" -> block.path("input").toString().length();
      default -> 0;
    };
  }

  /** What the run used in all, as a result says; empty where it says nothing of it. */
  Optional<Usage> settled(JsonNode result) {
    JsonNode usd = result.path("total_cost_usd");
    if (!usd.isNumber()) {
      return Optional.empty();
    }
    long sent = -before.inputTokens();
    long received = -before.outputTokens();
    long read = -before.cachedTokens();
    for (JsonNode model : result.path("modelUsage")) {
      sent += tokens(model, "inputTokens") + tokens(model, "cacheCreationInputTokens");
      received += tokens(model, "outputTokens");
      read += tokens(model, "cacheReadInputTokens");
    }
    BigDecimal cost =
        BigDecimal.valueOf(usd.doubleValue())
            .subtract(before.cost().map(Cost::usd).orElse(BigDecimal.ZERO))
            .max(BigDecimal.ZERO)
            .setScale(MONEY_SCALE, RoundingMode.HALF_UP);
    return Optional.of(
        new Usage(
            calls.size(),
            Math.max(sent, 0),
            Math.max(received, 0),
            Math.max(read, 0),
            Optional.of(new Cost(cost, Basis.REPORTED))));
  }

  private static long tokens(JsonNode usage, String name) {
    return Math.max(usage.path(name).asLong(), 0);
  }
}
