package dev.nightdesk.worker;

import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Usage.Basis;
import dev.nightdesk.spi.Usage.Cost;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Adds up what a run uses. What nobody put a price to is counted at the dearest rate. */
final class Spend {
  private final Map<Basis, BigDecimal> known = new EnumMap<>(Basis.class);
  private BigDecimal assumedUsd = BigDecimal.ZERO;
  private Usage used = Usage.NONE;

  void add(Usage more) {
    used =
        new Usage(
            used.calls() + more.calls(),
            used.inputTokens() + more.inputTokens(),
            used.outputTokens() + more.outputTokens(),
            used.cachedTokens() + more.cachedTokens(),
            Optional.empty());
    if (more.cost().isPresent()) {
      Cost cost = more.cost().get();
      known.merge(cost.basis(), cost.usd(), BigDecimal::add);
    } else {
      assumedUsd = assumedUsd.add(Prices.assumed(more));
    }
  }

  /** Forgets what was counted for what the agent says of the whole. */
  void settle(Usage total) {
    known.clear();
    assumedUsd = BigDecimal.ZERO;
    used = Usage.NONE;
    add(total);
  }

  /** Without the cost. */
  Usage used() {
    return used;
  }

  BigDecimal usd() {
    return known.values().stream().reduce(assumedUsd, BigDecimal::add);
  }

  /** How {@link #usd} is known; empty where there is nothing to know. */
  Optional<String> basis() {
    String certain =
        known.containsKey(Basis.PRICED)
            ? "tokens at list price"
            : known.containsKey(Basis.REPORTED) ? "reported" : "";
    if (assumedUsd.signum() == 0) {
      return Optional.of(certain).filter(words -> !words.isEmpty());
    }
    return Optional.of(
        certain.isEmpty()
            ? "assumed at the dearest rate"
            : certain + ", in part assumed at the dearest rate");
  }
}
