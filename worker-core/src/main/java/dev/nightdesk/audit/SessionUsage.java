package dev.nightdesk.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Usage.Basis;
import dev.nightdesk.spi.Usage.Cost;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Adds up, from the records of runs, what a session of an agent used. */
public final class SessionUsage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SessionUsage() {}

  /**
   * Of the runs that were in this session.
   *
   * @param recordsJson as {@link RunRecord#json()} made them
   */
  public static Usage of(String sessionId, List<String> recordsJson) {
    Usage sum = Usage.NONE;
    BigDecimal usd = BigDecimal.ZERO;
    for (String record : recordsJson) {
      JsonNode run = read(record);
      if (sessionId.equals(run.path("session_id").textValue())) {
        sum =
            new Usage(
                sum.calls() + run.path("llm_calls").asInt(),
                sum.inputTokens() + run.path("input_tokens").asLong(),
                sum.outputTokens() + run.path("output_tokens").asLong(),
                sum.cachedTokens() + run.path("cached_tokens").asLong(),
                Optional.empty());
        usd = usd.add(run.path("cost_usd").decimalValue());
      }
    }
    return new Usage(
        sum.calls(),
        sum.inputTokens(),
        sum.outputTokens(),
        sum.cachedTokens(),
        Optional.of(new Cost(usd, Basis.REPORTED)));
  }

  private static JsonNode read(String record) {
    try {
      return JSON.readTree(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds a record that is no JSON", e);
    }
  }
}
