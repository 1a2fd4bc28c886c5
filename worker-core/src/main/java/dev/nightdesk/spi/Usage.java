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
 * @param cost what it cost; empty where nobody says so, and core counts the tokens at the dearest
 *     rate that it knows
 */
public record Usage(
    int calls, long inputTokens, long outputTokens, long cachedTokens, Optional<Cost> cost) {

  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, Optional.empty());

  /**
   * Money.
   *
   * @param usd US dollars, not negative
   * @param basis how it is known
   */
  public record Cost(BigDecimal usd, Basis basis) {
    public Cost {
      Objects.requireNonNull(basis);
      if (usd.signum() < 0) {
        throw new IllegalArgumentException("a cost cannot be negative");
      }
    }
  }

  /** How a cost is known. */
  public enum Basis {
    /** The agent or its service said so. */
    REPORTED,
    /** The adapter counted the tokens at its model's list price, or at the user's own. */
    PRICED
  }

  public Usage {
    Objects.requireNonNull(cost);
    if (calls < 0 || inputTokens < 0 || outputTokens < 0 || cachedTokens < 0) {
      throw new IllegalArgumentException("usage cannot be negative");
    }
  }
}
