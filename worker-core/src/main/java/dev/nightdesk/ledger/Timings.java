package dev.nightdesk.ledger;

import java.time.Duration;

/**
 * How an owner shows that it lives.
 *
 * @param heartbeat how often it says so
 * @param missed after how many silent beats it is dead
 * @param poll how often to look for work that nobody announced here
 */
public record Timings(Duration heartbeat, int missed, Duration poll) {
  public static final Timings USUAL = new Timings(Duration.ofSeconds(10), 6, Duration.ofSeconds(2));

  public Timings {
    if (heartbeat.toMillis() < 1 || poll.toMillis() < 1 || missed < 4) {
      throw new IllegalArgumentException("heartbeat and poll of 1 ms, 4 missed beats at the least");
    }
  }

  /** How long a silent owner keeps its tasks. */
  public Duration deadAfter() {
    return heartbeat.multipliedBy(missed);
  }

  /**
   * How long after an owner's last committed heartbeat its processes may live: long gone before
   * anybody else takes the task.
   */
  public Duration silence() {
    return deadAfter().dividedBy(2);
  }

  /**
   * The same, with a look for dead owners in each heartbeat: db-scheduler has one every two, and
   * one look may fail, just as the other machine did.
   */
  Timings attentive() {
    return new Timings(heartbeat.dividedBy(2), missed * 2, poll);
  }

  /** For tests: {@code -Dnightdesk.heartbeat=1s} speeds up everything in proportion. */
  public static Timings fromSystemProperties() {
    String text = System.getProperty("nightdesk.heartbeat");
    if (text == null) {
      return USUAL;
    }
    Duration heartbeat = Duration.parse("PT" + text);
    return new Timings(heartbeat, USUAL.missed(), heartbeat.dividedBy(5));
  }
}
