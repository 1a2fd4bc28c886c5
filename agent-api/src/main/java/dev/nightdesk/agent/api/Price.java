package dev.nightdesk.agent.api;

import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What tokens cost, in US dollars per million.
 *
 * @param in sent
 * @param out received
 * @param read read from a cache
 * @param written sent and written into a cache
 * @param known whether these are the user's own; else they are the dearest list price that core
 *     knows, and core itself counts with them
 */
record Price(BigDecimal in, BigDecimal out, BigDecimal read, BigDecimal written, boolean known) {
  /** As in core, so that both come to the same amount. */
  static final Price DEAREST = same(new BigDecimal("15"), new BigDecimal("75"), false);

  /**
   * Tokens of one call.
   *
   * @param in sent, without the other two
   * @param read read from a cache
   * @param written sent and written into a cache
   */
  record Tokens(long in, long out, long read, long written) {
    long sent() {
      return in + read + written;
    }
  }

  /** Where nobody says what a cache costs, it costs as much as without one. */
  static Price of(BigDecimal in, BigDecimal out) {
    return same(in, out, true);
  }

  /**
   * As docs.anthropic.com has it: a tenth to read from the cache, a quarter more to write there.
   */
  static Price ofAnthropic(BigDecimal in, BigDecimal out) {
    return new Price(
        in, out, in.multiply(new BigDecimal("0.1")), in.multiply(new BigDecimal("1.25")), true);
  }

  private static Price same(BigDecimal in, BigDecimal out, boolean known) {
    return new Price(in, out, in, in, known);
  }

  BigDecimal of(Tokens tokens) {
    return in.multiply(BigDecimal.valueOf(tokens.in()))
        .add(read.multiply(BigDecimal.valueOf(tokens.read())))
        .add(written.multiply(BigDecimal.valueOf(tokens.written())))
        .add(out.multiply(BigDecimal.valueOf(tokens.out())))
        .divide(BigDecimal.valueOf(1_000_000), 9, RoundingMode.UP);
  }

  /** The most that a call can cost. */
  BigDecimal atMost(long sent, long received) {
    return of(new Tokens(0, received, 0, sent));
  }

  Usage usage(Tokens tokens) {
    Optional<Usage.Cost> cost =
        known ? Optional.of(new Usage.Cost(of(tokens), Usage.Basis.PRICED)) : Optional.empty();
    return new Usage(1, tokens.in() + tokens.written(), tokens.out(), tokens.read(), cost);
  }
}
