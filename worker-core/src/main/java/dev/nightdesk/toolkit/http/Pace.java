package dev.nightdesk.toolkit.http;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How fast a service may be called: one for all workers of a token in this process. For any thread.
 */
public final class Pace {
  private static final Map<Key, Pace> SHARED = new ConcurrentHashMap<>();

  /** A wait that is longer than that is the caller's to plan, not a thread's to sleep through. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Two who call the same address with the same secret share one pace. */
  private record Key(String address, Secret secret) {}

  /**
   * What a service allows.
   *
   * @param atOnce calls that may be under way at the same time
   * @param gap least time from one call to the next
   * @param writeGap least time from one write to the next
   */
  public record Rate(int atOnce, Duration gap, Duration writeGap) {}

  private final Rate rate;
  private final Semaphore seats;
  private final ReentrantLock lock = new ReentrantLock();
  private long nextCall = System.nanoTime();
  private long nextWrite = nextCall;
  private long resumed = nextCall;

  /** A pace of the caller's own. */
  public Pace(Rate rate) {
    this.rate = rate;
    this.seats = new Semaphore(rate.atOnce(), true);
  }

  /**
   * The pace of everybody in this process who calls the API at this address with this secret.
   *
   * @param address of the API, or of that part of it for which the service counts calls
   */
  public static Pace shared(String address, Secret secret, Rate rate) {
    return SHARED.computeIfAbsent(new Key(address, secret), key -> new Pace(rate));
  }

  /**
   * Waits for a turn, which {@link #leave} ends.
   *
   * @throws QueueException where the turn is far away, with how long to wait
   */
  void enter(boolean write) throws QueueException, InterruptedException {
    long wait = reserve(write);
    TimeUnit.NANOSECONDS.sleep(wait);
    seats.acquire();
  }

  void leave() {
    seats.release();
  }

  private long reserve(boolean write) throws QueueException {
    lock.lock();
    try {
      long now = System.nanoTime();
      long turn = Math.max(nextCall - now, write ? nextWrite - now : 0);
      long wait = Math.max(Math.max(turn, resumed - now), 0);
      if (wait > PATIENCE.toNanos()) {
        throw QueueException.retryAfter(
            Duration.ofNanos(wait), "The service asked for fewer calls; waiting.");
      }
      nextCall = now + wait + rate.gap().toNanos();
      if (write) {
        nextWrite = now + wait + rate.writeGap().toNanos();
      }
      return wait;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody of this pace calls for so long: the service said that it is too much. */
  public void pause(Duration time) {
    lock.lock();
    try {
      long until = System.nanoTime() + Answer.within(time).toNanos();
      resumed = until - resumed > 0 ? until : resumed;
    } finally {
      lock.unlock();
    }
  }
}
