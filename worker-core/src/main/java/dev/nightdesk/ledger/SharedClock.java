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
  private volatile Optional<Reading> last;

  /**
   * What the database's clock showed at a moment of our monotonic one. Neither hangs on our own
   * clock, so that it may be set in the middle.
   */
  record Reading(Instant there, long nanos, Duration trip) {}

  SharedClock(Database database, InstantSource own) {
    this.database = database;
    this.own = own;
    this.last = database.isPostgres() ? Optional.of(database.readClock()) : Optional.empty();
  }

  /** Reads the database's clock again. */
  void measure() {
    if (database.isPostgres()) {
      Reading reading = database.readClock();
      // Of a process that stood still in between it says nothing.
      if (reading.trip().compareTo(LONGEST) < 0) {
        last = Optional.of(reading);
      }
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
    return last.map(it -> it.there().plusNanos(System.nanoTime() - it.nanos()))
        .orElseGet(own::instant);
  }
}
