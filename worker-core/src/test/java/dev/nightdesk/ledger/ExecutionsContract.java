package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Executions.Handler;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.spi.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

abstract class ExecutionsContract extends ExecutionsStage {
  @Test
  void carriesWhatItIsOfferedAtOnce() {
    Set<TaskKey> carried = ConcurrentHashMap.newKeySet();
    Executions executions =
        executions(
            ledger,
            2,
            (key, pulse) -> {
              carried.add(key);
              return new Next.Done();
            });
    executions.start();

    assertThat(executions.offer(key("a/b"), 0)).isTrue();

    await().until(() -> carried.contains(key("a/b")));
    await().until(executions::idle);
    assertThat(executions.offer(key("a/b"), 0)).isTrue();
  }

  @Test
  void carriesTheMostUrgentFirst() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              order.add(key.id());
              return new Next.Done();
            });
    executions.offer(key("low"), -1);
    executions.offer(key("usual"), 0);
    executions.offer(key("urgent"), 100_000);
    executions.start();

    await().until(executions::idle);
    assertThat(order).containsExactly("urgent", "usual", "low");
  }

  @Test
  void hasOneOwnerForEachTaskOnAllMachines() throws Exception {
    Map<TaskKey, AtomicInteger> owners = new ConcurrentHashMap<>();
    AtomicInteger clashes = new AtomicInteger();
    Handler handler =
        (key, pulse) -> {
          AtomicInteger owner = owners.computeIfAbsent(key, unused -> new AtomicInteger());
          if (owner.incrementAndGet() > 1) {
            clashes.incrementAndGet();
          }
          Thread.sleep(2);
          owner.decrementAndGet();
          return new Next.Done();
        };
    List<Executions> all =
        List.of(
            executions(ledger, 5, handler),
            executions(elsewhere(), 5, handler),
            executions(elsewhere(), 5, handler),
            executions(elsewhere(), 5, handler));
    all.forEach(Executions::start);

    for (int n = 0; n < 100; n++) {
      for (Executions executions : all) {
        executions.offer(key("t" + n), 0);
      }
    }

    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> owners.size() == 100 && all.stream().allMatch(Executions::idle));
    assertThat(clashes).hasValue(0);
  }

  @Test
  void neverCarriesMoreThanItHasRoomFor() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger carried = new AtomicInteger();
    Executions executions =
        executions(
            ledger,
            3,
            (key, pulse) -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.sleep(5);
              now.decrementAndGet();
              carried.incrementAndGet();
              return new Next.Done();
            });
    executions.start();
    for (int n = 0; n < 30; n++) {
      executions.offer(key("t" + n), 0);
    }
    await().until(() -> carried.get() == 30);
    assertThat(most).hasValue(3);
  }

  @Test
  void leavesTheTasksOfOtherWorkersAlone() {
    AtomicInteger mine = new AtomicInteger();
    Executions writer = executions(ledger, 1, counting(mine));
    AtomicInteger others = new AtomicInteger();
    Executions reader = ledger.executions("reader", 1, FAST, counting(others));
    running.add(reader);
    for (int n = 0; n < 5; n++) {
      reader.offer(new TaskKey("reader", "r" + n), 9);
    }
    writer.offer(key("1"), 0);
    writer.start();
    await().until(() -> mine.get() == 1 && writer.idle());

    assertThat(others).hasValue(0);
    reader.start();
    await().until(() -> others.get() == 5);
  }

  @Test
  void carriesATaskAgainWhenItsTimeHasCome() {
    List<Instant> times = Collections.synchronizedList(new ArrayList<>());
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              times.add(Instant.now());
              return times.size() < 2
                  ? new Next.Again(Instant.now().plusMillis(300))
                  : new Next.Done();
            });
    executions.start();
    executions.offer(key("1"), 0);

    await().until(() -> times.size() == 2);
    assertThat(Duration.between(times.get(0), times.get(1))).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void bringsForwardWhatWaitsWhenItIsOffered() {
    AtomicInteger carried = new AtomicInteger();
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) ->
                carried.incrementAndGet() < 2
                    ? new Next.Again(Instant.now().plusSeconds(600))
                    : new Next.Done());
    executions.start();
    executions.offer(key("1"), 0);
    await().until(() -> carried.get() == 1 && executions.running() == 0);
    assertThat(executions.idle()).isTrue();

    assertThat(executions.offer(key("1"), 0)).isTrue();

    await().until(() -> carried.get() == 2);
  }

  @Test
  void isNotIdleBetweenAPickAndTheFirstStepOfItsThread() {
    Executions executions = executions(ledger, 1, (key, pulse) -> new Next.Done());
    executions.offer(key("1"), 0);
    String me = Self.of(ledger.homeId()).name();

    sql("update scheduled_tasks set picked = true, picked_by = '" + me + "'");
    assertThat(executions.idle()).isFalse();

    sql("update scheduled_tasks set picked_by = 'another'");
    assertThat(executions.idle()).isTrue();
  }

  @Test
  void hastensWhatWaitsWhenAPersonResetsIt() {
    seeAll(ready("1"));
    AtomicInteger carried = new AtomicInteger();
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) ->
                carried.incrementAndGet() < 2
                    ? new Next.Again(Instant.now().plusSeconds(600))
                    : new Next.Done());
    executions.start();
    executions.offer(key("1"), 0);
    await().until(() -> carried.get() == 1 && executions.running() == 0);

    elsewhere().tasks().reset(key("1"), Cause.MANUAL, true);

    await().until(() -> carried.get() == 2);
  }

  @Test
  void triesAgainLessAndLessOften() {
    List<Long> times = Collections.synchronizedList(new ArrayList<>());
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              times.add(System.nanoTime());
              if (times.size() < 4) {
                throw new IllegalStateException("a mistake for the test");
              }
              return new Next.Done();
            });
    executions.start();
    executions.offer(key("1"), 0);

    await().until(() -> times.size() == 4);
    for (int n = 1; n < 4; n++) {
      long pause = TimeUnit.NANOSECONDS.toMillis(times.get(n) - times.get(n - 1));
      assertThat(pause).isBetween(200L << (n - 1), 5_000L);
    }
  }

  /** Each death of an owner counts as a failure too, and whoever takes over may meet with one. */
  @Test
  void triesAgainSoonWhereTheLedgerWasAway() {
    AtomicInteger mistaken = new AtomicInteger();
    AtomicInteger away = new AtomicInteger();
    Executions executions =
        executions(
            ledger,
            2,
            (key, pulse) -> {
              if (key.id().equals("1")) {
                mistaken.incrementAndGet();
                throw new IllegalStateException("a mistake for the test");
              }
              away.incrementAndGet();
              throw new LedgerException("away for the test");
            });
    executions.start();
    executions.offer(key("1"), 0);
    executions.offer(key("2"), 0);

    await().until(() -> mistaken.get() == 5);
    assertThat(away).hasValueGreaterThan(5);
  }
}
