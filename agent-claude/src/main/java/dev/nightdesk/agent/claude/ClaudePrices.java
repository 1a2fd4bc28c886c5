package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * List prices in US dollars per million tokens, as Claude Code 2.1.329 has them. They count only
 * until Claude Code itself says what a run cost.
 *
 * @param family what the model's name begins with
 * @param in tokens sent
 * @param out tokens received
 * @param cached tokens read from a cache
 */
record ClaudePrices(String family, double in, double out, double cached) {
  /** The first one that fits counts. */
  private static final List<ClaudePrices> LIST =
      List.of(
          new ClaudePrices("claude-haiku-5", 0.5, 2.5, 0.05), // of long prompts; short ones a fifth
          new ClaudePrices("claude-haiku-4", 1, 5, 0.1),
          new ClaudePrices("claude-3-5-haiku", 0.8, 4, 0.08),
          new ClaudePrices("claude-sonnet-5", 2, 10, 0.2),
          new ClaudePrices("claude-sonnet-4", 3, 15, 0.3),
          new ClaudePrices("claude-opus-5-5", 4, 20, 0.2),
          new ClaudePrices("claude-opus-5", 5, 25, 0.5),
          new ClaudePrices("claude-opus-4-0", 15, 75, 1.5),
          new ClaudePrices("claude-opus-4-1", 15, 75, 1.5),
          new ClaudePrices("claude-opus-4-2", 15, 75, 1.5), // dated names of the first Opus 4
          new ClaudePrices("claude-opus-4", 5, 25, 0.5),
          new ClaudePrices("claude-fable-5-2", 8, 40, 0.2),
          new ClaudePrices("claude-fable-5", 10, 50, 1),
          new ClaudePrices("claude-mythos-5-2", 8, 40, 0.2),
          new ClaudePrices("claude-mythos-5", 10, 50, 1));

  static Optional<ClaudePrices> of(String model) {
    return LIST.stream().filter(price -> model.startsWith(price.family())).findFirst();
  }

  /**
   * @param usage as the service reports it with an answer
   * @param received tokens, which are more than it reports at an answer's beginning
   */
  BigDecimal cost(JsonNode usage, long received) {
    long written = usage.path("cache_creation_input_tokens").asLong();
    long forAnHour = usage.path("cache_creation").path("ephemeral_1h_input_tokens").asLong();
    double sent =
        usage.path("input_tokens").asLong() + 1.25 * (written - forAnHour) + 2.0 * forAnHour;
    double read = usage.path("cache_read_input_tokens").asLong();
    double dollars = (sent * in + read * cached + received * out) / 1_000_000;
    return BigDecimal.valueOf(Math.max(dollars, 0));
  }
}
