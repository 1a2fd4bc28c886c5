package dev.nightdesk.agent.api;

import dev.nightdesk.agent.api.Price.Tokens;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult.Failure;
import java.math.BigDecimal;
import java.util.Optional;

/** What one run has used, asked before each call of the model. */
final class Purse {
  private final RunLimits limits;
  private final Price price;
  private int calls;
  private BigDecimal spent = BigDecimal.ZERO;

  Purse(RunLimits limits, Price price) {
    this.limits = limits;
    this.price = price;
  }

  /**
   * Which limit a further call could pass.
   *
   * @param sent no fewer tokens than it sends
   * @param received the most that it may receive
   */
  Optional<Failure> against(long sent, long received) {
    if (calls >= limits.calls()) {
      return Optional.of(Failure.CALL_LIMIT);
    }
    return spent.add(price.atMost(sent, received)).compareTo(limits.costUsd()) > 0
        ? Optional.of(Failure.COST_LIMIT)
        : Optional.empty();
  }

  void pay(Tokens tokens) {
    calls++;
    spent = spent.add(price.of(tokens));
  }

  int calls() {
    return calls;
  }

  BigDecimal spent() {
    return spent;
  }
}
