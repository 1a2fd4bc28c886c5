package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Executions.Handler;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is done without a seat. */
abstract class ErrandsContract extends ExecutionsStage {
  @Test
  void settlesWhatIsOwedAndNothingElseWhileAllSeatsAreTaken() {
    Settling handler = new Settling();
    Executions executions = executions(ledger, 1, handler);
    executions.start();
    executions.offer(key("long"), 2);
    await().until(() -> handler.carried.contains("long"));

    executions.offer(key("usual"), 1);
    owes("owing");
    executions.offer(key("owing"), 0);

    await().until(() -> handler.settled.contains("owing"));
    assertThat(handler.carried).containsExactly("long");
    handler.end.countDown();
    await().until(executions::idle);
    assertThat(handler.carried).containsExactlyInAnyOrder("long", "usual", "owing");
    assertThat(handler.settled).containsExactly("owing");
  }

  @Test
  void looksForNothingWhileASeatIsFree() {
    AtomicInteger carried = new AtomicInteger();
    AtomicInteger settled = new AtomicInteger();
    Handler handler =
        new Handler() {
          @Override
          public Next carry(TaskKey key, Pulse pulse) {
            return carried.incrementAndGet() < 20
                ? new Next.Again(Instant.now().plusMillis(30))
                : new Next.Done();
          }

          @Override
          public Optional<Next> settle(TaskKey key) {
            settled.incrementAndGet();
            return Optional.empty();
          }
        };
    owes("owing");
    Executions executions = executions(ledger, 1, handler);
    executions.start();
    executions.offer(key("owing"), 0);

    await().until(() -> carried.get() == 20 && executions.idle());
    assertThat(settled).hasValue(0);
  }

  private void owes(String id) {
    ledger.tasks().see(WORKER, OnePoll.of(id), Optional.empty());
    Entry.Note note = new Entry.Note("hold-" + id, "Held.", "");
    assertThat(ledger.tasks().hold(key(id), "odd", "look", List.of(note))).isTrue();
  }

  /** Carries for as long as the test wants. */
  private final class Settling implements Handler {
    final Set<String> carried = ConcurrentHashMap.newKeySet();
    final List<String> settled = new CopyOnWriteArrayList<>();
    final CountDownLatch end = new CountDownLatch(1);

    @Override
    public Next carry(TaskKey key, Pulse pulse) throws InterruptedException {
      carried.add(key.id());
      end.await();
      return new Next.Done();
    }

    @Override
    public Optional<Next> settle(TaskKey key) {
      settled.add(key.id());
      ledger.outbox().drop(key, "delivered");
      return Optional.of(new Next.Again(Instant.now()));
    }
  }
}
