package dev.nightdesk.worker;

import dev.nightdesk.audit.AuditException;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.spi.QueueException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watching worker's thread: polls when it is time or when the queue says so, and has ready tasks
 * carried whenever there is room. Failures of the queue are waited out here.
 */
final class Rounds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Rounds.class);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  private static final Duration FAREWELL = Duration.ofSeconds(5);

  /** Polls that pushes ask for are at least that far apart. */
  private static final Duration GAP = Duration.ofMillis(50);

  /** So are looks for tasks that ended ones ask for; one more always waits for the next seat. */
  private static final Duration BREATH = Duration.ofMillis(20);

  private final WorkerSpec spec;
  private final Parts parts;
  private final Poller poller;
  private final Offers offers;
  private final Runnable housekeeping;

  private final Outage outage = new Outage();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private boolean closed;
  private boolean pollWanted;
  private boolean roomLeft;

  private Runnable beginning = () -> {};
  private long nextPoll;
  private long lastPoll;
  private long lastLook;
  private long nextHousekeeping;
  private Optional<String> problem = Optional.empty();

  Rounds(WorkerSpec spec, Parts parts, Poller poller, Offers offers, Runnable housekeeping) {
    this.spec = spec;
    this.parts = parts;
    this.poller = poller;
    this.offers = offers;
    this.housekeeping = housekeeping;
    this.thread = Thread.ofPlatform().name("poll-" + spec.name()).unstarted(this::loop);
  }

  /** Begins after a pause, which no push shortens, with what is to be done first. */
  void start(Duration pause, Runnable first) {
    long begin = System.nanoTime() + pause.toNanos();
    nextPoll = begin;
    lastPoll = begin - GAP.toNanos();
    lastLook = begin - BREATH.toNanos();
    nextHousekeeping = begin + HOUSEKEEPING.toNanos();
    beginning = first;
    thread.start();
  }

  /** The queue has news. */
  void wake() {
    signal(() -> pollWanted = true);
  }

  /** A task was carried, so there is room for another. */
  void roomLeft() {
    signal(() -> roomLeft = true);
  }

  @Override
  public void close() {
    signal(() -> closed = true);
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(FAREWELL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    try {
      if (!awaitBeginning()) {
        return;
      }
      beginning.run();
      while (awaitWork()) {
        if (System.nanoTime() - nextPoll >= 0) {
          Duration pause = poll();
          lastPoll = System.nanoTime();
          nextPoll = lastPoll + pause.toNanos();
        }
        offer();
        lastLook = System.nanoTime();
        if (System.nanoTime() - nextHousekeeping >= 0) {
          nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
          keepHouse();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when it is over before it began. */
  private boolean awaitBeginning() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && nextPoll - System.nanoTime() > 0) {
        news.awaitNanos(nextPoll - System.nanoTime());
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** False when there is nothing more to do for ever. */
  private boolean awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        if (pollWanted && !outage.isOn()) {
          nextPoll = Math.min(nextPoll, lastPoll + GAP.toNanos());
        }
        long now = System.nanoTime();
        long left = nextPoll - now;
        if (roomLeft) {
          left = Math.min(left, lastLook + BREATH.toNanos() - now);
        }
        if (left <= 0) {
          pollWanted &= nextPoll - now > 0;
          roomLeft = false;
          return true;
        }
        news.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Answers how long to wait for the next one. */
  private Duration poll() throws InterruptedException {
    try {
      poller.poll();
      problem.ifPresent(old -> log.info("worker={} goes on: {}", spec.name(), "solved: " + old));
      problem = Optional.empty();
      outage.over();
      return spec.pollInterval();
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.FIX_SETTINGS) {
        hold(e);
        return outage.refused();
      }
      return failed(e.getMessage(), e.after());
    } catch (LedgerException e) {
      return failed(e.getMessage(), Optional.empty());
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        log.error("worker={} a poll failed", spec.name(), e);
      }
      return failed("a mistake in the queue's adapter", Optional.empty());
    }
  }

  private void hold(QueueException e) {
    try {
      parts.alarm().holdForQueue(e.getMessage());
    } catch (LedgerException unreachable) {
      log.warn("worker={} {}", spec.name(), unreachable.getMessage());
    }
  }

  /** Says once what is wrong; answers how long to wait. */
  private Duration failed(String why, Optional<Duration> asked) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!problem.equals(Optional.of(why))) {
      log.warn("worker={} {}", spec.name(), parts.office().redaction().conceal(why));
      problem = Optional.of(why);
    }
    return outage.failed(asked, ThreadLocalRandom.current().nextDouble());
  }

  private void offer() {
    try {
      offers.make();
    } catch (LedgerException e) {
      log.warn("worker={} {}", spec.name(), e.getMessage());
      nextPoll = Math.min(nextPoll, System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
    }
  }

  private void keepHouse() {
    try {
      housekeeping.run();
    } catch (LedgerException | AuditException e) {
      log.warn("worker={} {}", spec.name(), e.getMessage());
    }
  }
}
