package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeadKeeperTest {
  private final Counted ledger = new Counted();
  private final HeadKeeper keeper = new HeadKeeper(ledger);

  @Test
  void tellsTheLedgerByItself() {
    keeper.keep(new HeadStore.Head(1, "one"));
    await().until(() -> ledger.get().isPresent());

    keeper.keep(new HeadStore.Head(2, "two"));
    await().until(() -> ledger.get().orElseThrow().lines() == 2);
  }

  @Test
  void tellsOnlyTheNewestOfManyLines() {
    keeper.keep(new HeadStore.Head(1, "first"));
    await().until(() -> ledger.puts.get() == 1);

    for (int n = 2; n <= 10_000; n++) {
      keeper.keep(new HeadStore.Head(n, "line " + n));
    }
    keeper.settle();

    assertThat(ledger.get()).contains(new HeadStore.Head(10_000, "line 10000"));
    assertThat(ledger.puts.get()).isLessThan(1_000);
  }

  @Test
  void knowsAnOlderLineThatComesLate() {
    keeper.keep(new HeadStore.Head(1, "first"));
    await().until(() -> ledger.puts.get() == 1);

    keeper.keep(new HeadStore.Head(3, "three"));
    keeper.keep(new HeadStore.Head(2, "two"));
    keeper.settle();

    assertThat(ledger.get()).contains(new HeadStore.Head(3, "three"));
  }

  @Test
  void goesOnWhereTheLedgerWasAway() {
    ledger.away = true;
    keeper.keep(new HeadStore.Head(1, "lost"));
    await().until(() -> ledger.puts.get() == 1);
    keeper.settle();

    ledger.away = false;
    keeper.keep(new HeadStore.Head(2, "two"));
    await().until(() -> ledger.get().isPresent());
  }

  @Test
  void settlesWhenTheLastOneIsTold() throws InterruptedException {
    ledger.mayGoOn = new CountDownLatch(1);
    keeper.keep(new HeadStore.Head(1, "first"));
    await().until(() -> ledger.puts.get() == 1);

    Thread settling = Thread.ofPlatform().start(keeper::settle);
    await().until(() -> settling.getState() == Thread.State.WAITING);
    ledger.mayGoOn.countDown();
    settling.join();

    assertThat(ledger.get()).isPresent();
  }

  /** Counts what it is told. */
  private static final class Counted implements HeadStore {
    final AtomicInteger puts = new AtomicInteger();
    volatile boolean away;
    volatile CountDownLatch mayGoOn = new CountDownLatch(0);
    private final Records.Kept kept = new Records.Kept();

    @Override
    public Optional<Head> get() {
      return kept.get();
    }

    @Override
    public void put(long lines, String sha256) {
      puts.incrementAndGet();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (away) {
        throw new IllegalStateException("away");
      }
      kept.put(lines, sha256);
    }
  }
}
