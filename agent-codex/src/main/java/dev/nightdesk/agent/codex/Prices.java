package dev.nightdesk.agent.codex;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a model's tokens cost. The list is that of OpenAI's standard service in November 2026, for
 * contexts of ordinary length; for a model that is not on it core assumes the dearest rate.
 *
 * @param of the rate of a model
 */
record Prices(Function<String, Optional<Rate>> of) {

  /** US dollars for a million tokens sent, read from the cache, received. */
  record Rate(BigDecimal sent, BigDecimal cached, BigDecimal received) {
    private static Rate of(String sent, String cached, String received) {
      return new Rate(new BigDecimal(sent), new BigDecimal(cached), new BigDecimal(received));
    }

    BigDecimal usd(Tokens tokens) {
      return sent.multiply(BigDecimal.valueOf(tokens.sent() - tokens.cached()))
          .add(cached.multiply(BigDecimal.valueOf(tokens.cached())))
          .add(received.multiply(BigDecimal.valueOf(tokens.received())))
          .movePointLeft(6);
    }
  }

  private static final Rate GPT_5 = Rate.of("1.25", "0.125", "10");
  private static final Rate GPT_5_2 = Rate.of("1.75", "0.175", "14");
  private static final Rate MINI = Rate.of("0.25", "0.025", "2");

  private static final Map<String, Rate> LIST =
      Map.ofEntries(
          Map.entry("gpt-5", GPT_5),
          Map.entry("gpt-5-codex", GPT_5),
          Map.entry("gpt-5-mini", MINI),
          Map.entry("gpt-5.1", GPT_5),
          Map.entry("gpt-5.1-codex", GPT_5),
          Map.entry("gpt-5.1-codex-max", GPT_5),
          Map.entry("gpt-5.1-codex-mini", MINI),
          Map.entry("gpt-5.2", GPT_5_2),
          Map.entry("gpt-5.2-codex", GPT_5_2),
          Map.entry("gpt-5.3-codex", GPT_5_2),
          Map.entry("gpt-5.4", Rate.of("2.5", "0.25", "15")),
          Map.entry("gpt-5.4-mini", Rate.of("0.75", "0.075", "4.5")),
          Map.entry("gpt-5.4-nano", Rate.of("0.2", "0.02", "1.25")),
          Map.entry("gpt-5.5", Rate.of("5", "0.5", "30")));

  /** List prices. A model's name may end with its date. */
  static final Prices LISTED =
      new Prices(
          model -> Optional.ofNullable(LIST.get(model.replaceFirst("-\\d{4}-\\d\\d-\\d\\d$", ""))));

  /** The user's own, for whatever model; a cache is not known to be cheaper. */
  static Prices own(BigDecimal sent, BigDecimal received) {
    Rate rate = new Rate(sent, sent, received);
    return new Prices(model -> Optional.of(rate));
  }
}
