package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Executions.Handler;
import dev.nightdesk.ledger.Executions.Next;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** What the tests of executions start from. */
abstract class ExecutionsStage extends LedgerContract {
  /** A machine that stands still for a second or two does not look like a death. */
  static final Timings FAST = new Timings(Duration.ofMillis(200), 12, Duration.ofMillis(40));

  /** Nobody would notice a death within the test. */
  static final Timings SLOW = new Timings(Duration.ofSeconds(2), 6, Duration.ofMillis(400));

  final List<Executions> running = new ArrayList<>();

  @Override
  InstantSource clock() {
    return InstantSource.system();
  }

  @AfterEach
  void closeExecutions() {
    running.forEach(Executions::close);
  }

  Executions executions(Ledger where, int concurrency, Handler handler) {
    return kept(where.executions(WORKER, concurrency, FAST, handler));
  }

  /** With one seat, and its own sense of time. */
  Executions executions(Ledger where, Timings timings, Handler handler) {
    return kept(where.executions(WORKER, 1, timings, handler));
  }

  private Executions kept(Executions made) {
    running.add(made);
    return made;
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(30, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came");
    }
    return taken;
  }

  static Handler counting(AtomicInteger count) {
    return (key, pulse) -> {
      count.incrementAndGet();
      return new Next.Done();
    };
  }
}
