package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Containment;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes the committed heartbeats on to the supervisors: one daemon thread for all of them, which
 * writes only where the number has grown.
 */
final class Beats {
  private static final ScheduledThreadPoolExecutor CLOCK =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "nightdesk-beats");
            thread.setDaemon(true);
            return thread;
          });

  static {
    CLOCK.setRemoveOnCancelPolicy(true);
  }

  private Beats() {}

  /** Runs {@code beat} whenever the pulse has moved on, until the answer is cancelled. */
  static Future<?> pass(Containment containment, Runnable beat) {
    AtomicLong last = new AtomicLong(containment.pulse().beats());
    long everyMillis = Math.clamp(containment.silence().toMillis() / 4, 50, 1000);
    return CLOCK.scheduleWithFixedDelay(
        () -> {
          long beats = containment.pulse().beats();
          if (last.getAndSet(beats) != beats) {
            beat.run();
          }
        },
        everyMillis,
        everyMillis,
        TimeUnit.MILLISECONDS);
  }
}
