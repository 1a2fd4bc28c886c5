package dev.nightdesk.worker;

import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;

/**
 * What tokens cost where the agent does not say: the dearest list price known, so that a budget
 * errs on the safe side. An adapter that knows its model reports the cost itself.
 */
final class Prices {
  private static final BigDecimal IN_PER_TOKEN = new BigDecimal("0.000015");
  private static final BigDecimal OUT_PER_TOKEN = new BigDecimal("0.000075");

  private Prices() {}

  static BigDecimal assumed(Usage usage) {
    long in = Math.addExact(usage.inputTokens(), usage.cachedTokens());
    return IN_PER_TOKEN
        .multiply(BigDecimal.valueOf(in))
        .add(OUT_PER_TOKEN.multiply(BigDecimal.valueOf(usage.outputTokens())));
  }
}
