package dev.nightdesk.spi;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The bounds of one run. Core's meter enforces them from the outside; an adapter passes on those
 * that its agent can respect by itself.
 *
 * @param time the whole run
 * @param idle without a sign of life; empty = no such limit
 * @param calls model calls
 * @param costUsd US dollars
 * @param outputBytes of the result text, in UTF-8
 * @param transcriptBytes of everything the agent prints
 */
public record RunLimits(
    Duration time,
    Optional<Duration> idle,
    int calls,
    BigDecimal costUsd,
    long outputBytes,
    long transcriptBytes) {
  public RunLimits {
    Objects.requireNonNull(time);
    Objects.requireNonNull(idle);
    Objects.requireNonNull(costUsd);
  }
}
