package dev.nightdesk.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The time of a ledger. Where machines share a database it is the database's, carried on by our
 * monotonic clock, however wrong their own clocks are and whenever those are set.
 */
final class SharedClock implements InstantSource {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** What is more than that off is wrong. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  private final Database database;
  private final InstantSource own;
  private volatile Reading last;

  /** What the database's clock showed at a moment of our monotonic one. */
  private record Reading(Instant there, long nanos) {}

  SharedClock(Database database, InstantSource own) {
    this.database = database;
    this.own = own;
    this.last = read();
  }

  private Reading read() {
    Instant there = own.instant().plus(database.clockSkew(own));
    return new Reading(there, System.nanoTime());
  }

  /** Reads the database's clock again. */
  void measure() {
    long before = System.nanoTime();
    Reading reading = read();
    // Of a process that stood still in between it says nothing.
    if (reading.nanos() - before < LONGEST.toNanos()) {
      last = reading;
    }
  }

  /** By how much our own clock is wrong. */
  Optional<Duration> off() {
    if (wrong().isPresent()) {
      measure(); // a machine that slept has a monotonic clock that is behind
    }
    return wrong();
  }

  private Optional<Duration> wrong() {
    return Optional.of(Duration.between(own.instant(), instant()).abs())
        .filter(off -> off.compareTo(TOLERANCE) > 0);
  }

  @Override
  public Instant instant() {
    Reading reading = last;
    return database.isPostgres()
        ? reading.there().plusNanos(System.nanoTime() - reading.nanos())
        : own.instant();
  }
}
