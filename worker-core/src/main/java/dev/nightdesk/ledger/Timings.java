package dev.nightdesk.ledger;

import java.time.Duration;

/** How often a heartbeat is written, how many may be missed, and how often to look for work. */
@SuppressWarnings("DoNotCallSuggester")
public record Timings(Duration heartbeat, int missed, Duration poll) {
  public static final Timings USUAL = new Timings(Duration.ofSeconds(10), 6, Duration.ofSeconds(2));

  /** For tests: {@code -Dnightdesk.heartbeat=1s} scales all of them down together. */
  public static Timings fromSystemProperties() {
    throw new UnsupportedOperationException("not yet");
  }
}
