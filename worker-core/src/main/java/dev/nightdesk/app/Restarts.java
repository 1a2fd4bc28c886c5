package dev.nightdesk.app;

import java.time.Duration;

/**
 * How long a program pauses that died often within a short time: longer and longer, and never in
 * step with others.
 *
 * @param heartbeat by which all times go
 */
record Restarts(Duration heartbeat) {
  /** So many may have died of something that is over. For tests it can be set. */
  private static final int FREE = Integer.getInteger("nightdesk.starts", 3);

  private static final int DOUBLINGS = 4;

  /** What is longer ago does not count: 10 minutes, with the usual heartbeat. */
  Duration within() {
    return heartbeat.multipliedBy(60);
  }

  /** Half a heartbeat for the first that is too many, then twice as long each; at most six. */
  Duration pauseOf(int start, double chance) {
    if (start <= FREE) {
      return Duration.ZERO;
    }
    Duration longest = heartbeat.multipliedBy(6);
    Duration pause =
        heartbeat.dividedBy(2).multipliedBy(1L << Math.min(start - FREE - 1, DOUBLINGS));
    pause = pause.compareTo(longest) > 0 ? longest : pause;
    return Duration.ofMillis((long) (pause.toMillis() * (1 + chance) / 2));
  }
}
