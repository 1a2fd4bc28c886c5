package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Usage;
import java.util.Optional;

/**
 * Tokens as Codex counts them.
 *
 * @param sent all that was sent, those read from the cache included
 * @param cached of those sent, how many were read from the cache
 * @param received all that the model wrote, its reasoning included
 */
record Tokens(long sent, long cached, long received) {
  static final Tokens NONE = new Tokens(0, 0, 0);

  static Tokens of(JsonNode usage) {
    return new Tokens(
        usage.path("input_tokens").asLong(),
        usage.path("cached_input_tokens").asLong(),
        usage.path("output_tokens").asLong());
  }

  static Tokens of(Usage used) {
    return new Tokens(
        used.inputTokens() + used.cachedTokens(), used.cachedTokens(), used.outputTokens());
  }

  /** What came after an earlier total; where this is none later, Codex began to count anew. */
  Tokens since(Tokens earlier) {
    boolean later =
        sent >= earlier.sent && cached >= earlier.cached && received >= earlier.received;
    return later
        ? new Tokens(sent - earlier.sent, cached - earlier.cached, received - earlier.received)
        : this;
  }

  Usage usage(int calls, Optional<Prices.Rate> rate) {
    return new Usage(
        calls,
        Math.max(0, sent - cached),
        received,
        cached,
        rate.map(known -> new Usage.Cost(known.usd(this), Usage.Basis.PRICED)));
  }
}
