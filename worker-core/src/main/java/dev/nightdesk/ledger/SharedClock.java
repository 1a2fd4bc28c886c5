package dev.nightdesk.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The time by which owners show that they live and others tell that they died. Where machines share
 * a database it is the database's, however wrong their own clocks are and whenever those are set.
 */
final class SharedClock {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Database database;
  private final InstantSource own;
  private volatile @Nullable Reading last;

  /** What the database's clock showed at a moment of our monotonic one. */
  private record Reading(Instant there, long nanos) {}

  SharedClock(Database database, InstantSource own) {
    this.database = database;
    this.own = own;
  }

  /** Reads the database's clock again; how far it is before ours. */
  Duration measure() {
    long before = System.nanoTime();
    Duration skew = database.clockSkew(own);
    Instant there = own.instant().plus(skew);
    long now = System.nanoTime();
    // Of a process that stood still in between it says nothing.
    if (database.isPostgres() && (last == null || now - before < LONGEST.toNanos())) {
      last = new Reading(there, now);
    }
    return skew;
  }

  Instant now() {
    Reading reading = last;
    return reading == null
        ? own.instant()
        : reading.there().plusNanos(System.nanoTime() - reading.nanos());
  }
}
