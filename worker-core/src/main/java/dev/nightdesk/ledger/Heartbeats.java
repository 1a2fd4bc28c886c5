package dev.nightdesk.ledger;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import dev.nightdesk.spi.Containment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Counts the heartbeats of one execution that were really committed; that it was picked is the
 * first. One that is seen so late that others may soon take the task is not passed on: whoever
 * lives by it would live too long.
 */
final class Heartbeats implements Containment.Pulse {
  private final CurrentlyExecuting execution;
  private final Timings timings;
  private final InstantSource clock;
  private Instant last;
  private long beats = 1;

  Heartbeats(CurrentlyExecuting execution, Timings timings, InstantSource clock) {
    this.execution = execution;
    this.timings = timings;
    this.clock = clock;
    this.last = lastCommitted();
  }

  @Override
  public synchronized long beats() {
    Instant committed = lastCommitted();
    boolean isNew = committed.isAfter(last.plus(timings.heartbeat().dividedBy(2)));
    if (isNew && isFresh(committed)) {
      last = committed;
      beats++;
    }
    return beats;
  }

  @Override
  public boolean fresh() {
    return isFresh(lastCommitted());
  }

  private boolean isFresh(Instant committed) {
    return clock.instant().isBefore(committed.plus(timings.deadAfter().dividedBy(3)));
  }

  /** db-scheduler tells it as a part of the time after which an owner counts as dead. */
  private Instant lastCommitted() {
    double age = execution.getHeartbeatState().getFractionDead() * timings.deadAfter().toMillis();
    return clock.instant().minus(Duration.ofMillis(Math.round(age)));
  }
}
