package dev.nightdesk.spi;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;

/**
 * What a part of a run used. Values are amounts to add up, never running totals.
 *
 * @param calls model calls
 * @param inputTokens tokens sent, without those read from a cache
 * @param outputTokens tokens received
 * @param cachedTokens tokens read from a cache
 * @param costUsd what it cost, where the agent says so
 */
public record Usage(
    int calls,
    long inputTokens,
    long outputTokens,
    long cachedTokens,
    Optional<BigDecimal> costUsd) {

  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, Optional.empty());

  public Usage {
    Objects.requireNonNull(costUsd);
    if (calls < 0 || inputTokens < 0 || outputTokens < 0 || cachedTokens < 0) {
      throw new IllegalArgumentException("usage cannot be negative");
    }
  }
}
