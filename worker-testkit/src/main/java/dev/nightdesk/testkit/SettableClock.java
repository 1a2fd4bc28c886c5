package dev.nightdesk.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** A clock that stands still until a test moves it. Safe for any thread. */
public final class SettableClock implements InstantSource {
  private volatile Instant now;

  /** Starts at the given instant. */
  public SettableClock(Instant start) {
    now = Objects.requireNonNull(start);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves to an instant, which may lie in the past. */
  public synchronized void set(Instant instant) {
    now = Objects.requireNonNull(instant);
  }

  /** Moves on by a duration, or back by a negative one. */
  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }
}
