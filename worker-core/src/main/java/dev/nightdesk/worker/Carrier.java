package dev.nightdesk.worker;

import dev.nightdesk.ledger.Executions;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Containment.Pulse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Leads tasks through their {@link Life}, and tells who waits that one was carried. */
final class Carrier implements Executions.Handler {
  private static final Duration ASIDE = Duration.ofSeconds(5);

  private final Life life;
  private final InstantSource clock;
  private final Runnable roomLeft;
  private final Semaphore carried = new Semaphore(0);
  private volatile Optional<String> only = Optional.empty();

  /**
   * @param roomLeft is called when one was carried
   */
  Carrier(Life life, InstantSource clock, Runnable roomLeft) {
    this.life = life;
    this.clock = clock;
    this.roomLeft = roomLeft;
  }

  /** Leaves all others alone. */
  void carryOnly(String id) {
    only = Optional.of(id);
  }

  /** Returns when one was carried, or after a moment. */
  void awaitOne() throws InterruptedException {
    carried.tryAcquire(200, TimeUnit.MILLISECONDS);
    carried.drainPermits();
  }

  /** As if one had been carried. */
  void wake() {
    if (carried.availablePermits() == 0) {
      carried.release();
    }
  }

  @Override
  public Next carry(TaskKey key, Pulse pulse) throws InterruptedException {
    if (isAside(key)) {
      return later();
    }
    try {
      return life.carry(key, pulse);
    } finally {
      roomLeft.run();
      wake();
    }
  }

  @Override
  public Optional<Next> settle(TaskKey key) throws InterruptedException {
    if (isAside(key)) {
      return Optional.of(later());
    }
    try {
      return Optional.of(life.settle(key));
    } finally {
      wake();
    }
  }

  private boolean isAside(TaskKey key) {
    return only.filter(id -> !id.equals(key.id())).isPresent();
  }

  private Next later() {
    return new Next.Again(clock.instant().plus(ASIDE));
  }
}
