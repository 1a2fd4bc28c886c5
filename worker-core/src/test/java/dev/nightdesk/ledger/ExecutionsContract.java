package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Executions.Handler;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

abstract class ExecutionsContract extends LedgerContract {
  static final Timings FAST = new Timings(Duration.ofMillis(200), 6, Duration.ofMillis(40));

  /** Nobody would notice a death within the test. */
  static final Timings SLOW = new Timings(Duration.ofSeconds(2), 6, Duration.ofMillis(400));

  private final List<Executions> running = new ArrayList<>();

  @Override
  InstantSource clock() {
    return InstantSource.system();
  }

  @AfterEach
  void closeExecutions() {
    running.forEach(Executions::close);
  }

  Executions executions(Ledger where, int concurrency, Handler handler) {
    Executions made = where.executions(WORKER, concurrency, FAST, handler);
    running.add(made);
    return made;
  }

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
    AtomicInteger carried = new AtomicInteger();
    AtomicInteger clashes = new AtomicInteger();
    Handler handler =
        (key, pulse) -> {
          AtomicInteger owner = owners.computeIfAbsent(key, unused -> new AtomicInteger());
          if (owner.incrementAndGet() > 1) {
            clashes.incrementAndGet();
          }
          Thread.sleep(2);
          owner.decrementAndGet();
          carried.incrementAndGet();
          return new Next.Done();
        };
    List<Executions> all =
        List.of(
            executions(ledger, 5, handler),
            executions(elsewhere(), 5, handler),
            executions(elsewhere(), 5, handler));
    all.forEach(Executions::start);

    int offered = 0;
    for (int n = 0; n < 60; n++) {
      for (Executions executions : all) {
        offered += executions.offer(key("t" + n), 0) ? 1 : 0;
      }
    }

    int expected = offered;
    await().until(() -> carried.get() == expected);
    assertThat(clashes).hasValue(0);
    await().until(() -> all.stream().allMatch(Executions::idle));
    assertThat(carried).hasValue(expected);
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

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(30, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came");
    }
    return taken;
  }

  private static Handler counting(AtomicInteger count) {
    return (key, pulse) -> {
      count.incrementAndGet();
      return new Next.Done();
    };
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
                throw new LedgerException("away for the test");
              }
              return new Next.Done();
            });
    executions.start();
    executions.offer(key("1"), 0);

    await().until(() -> times.size() == 4);
    for (int n = 1; n < 4; n++) {
      long pause = TimeUnit.NANOSECONDS.toMillis(times.get(n) - times.get(n - 1));
      assertThat(pause).isBetween(200L << (n - 1), 600L << (n - 1));
    }
  }

  @Test
  void countsABeatOnlyWhenAHeartbeatWasCommitted() throws Exception {
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    Executions executions = executions(ledger, 1, holding(pulses, end));
    executions.start();
    executions.offer(key("1"), 0);
    Pulse pulse = next(pulses);
    assertThat(pulse.beats()).isGreaterThan(0);
    await().until(() -> pulse.beats() > 3);

    rename("scheduled_tasks", "scheduled_away");
    long silent = beatsAfterTwoRounds(pulse);
    assertThat(beatsAfterTwoRounds(pulse)).isEqualTo(silent);
    rename("scheduled_away", "scheduled_tasks");

    await().until(() -> pulse.beats() > silent);
    end.countDown();
  }

  /** Waits for time to pass in which beats would have come. */
  private static long beatsAfterTwoRounds(Pulse pulse) {
    long until = System.nanoTime() + FAST.heartbeat().multipliedBy(2).toNanos();
    await().until(() -> System.nanoTime() > until);
    return pulse.beats();
  }

  private void rename(String from, String to) {
    sql("alter table " + from + " rename to " + to);
  }

  abstract void sql(String statement);

  private static Handler holding(BlockingQueue<Pulse> pulses, CountDownLatch end) {
    return (key, pulse) -> {
      pulses.add(pulse);
      end.await();
      return new Next.Done();
    };
  }

  @Test
  void keepsTheBeatWhileRunningWorkDrains() throws Exception {
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    Executions executions = executions(ledger, 2, holding(pulses, end));
    executions.start();
    executions.offer(key("1"), 0);
    Pulse pulse = next(pulses);

    executions.quiet();
    assertThat(executions.offer(key("2"), 0)).isFalse();
    long beats = pulse.beats();
    assertThat(executions.drain(Duration.ofMillis(700))).isFalse();
    assertThat(pulse.beats()).isGreaterThan(beats);
    end.countDown();
    assertThat(executions.drain(Duration.ofSeconds(5))).isTrue();
    assertThat(executions.running()).isZero();
  }

  @Test
  void startsNothingMoreOnceItIsQuiet() throws Exception {
    AtomicInteger carried = new AtomicInteger();
    Executions executions = executions(ledger, 1, counting(carried));
    executions.start();
    executions.quiet();
    Executions another = executions(elsewhere(), 1, (key, pulse) -> new Next.Again(Instant.MAX));
    another.offer(key("1"), 0);

    assertThat(executions.drain(Duration.ofSeconds(1))).isTrue();
    long until = System.nanoTime() + FAST.poll().multipliedBy(4).toNanos();
    await().until(() -> System.nanoTime() > until);
    assertThat(carried).hasValue(0);
  }

  @Test
  void givesBackWhatItInterruptsSoThatAnotherGoesOnAtOnce() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Executions first =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              began.countDown();
              Thread.sleep(Duration.ofMinutes(1));
              return new Next.Done();
            });
    first.start();
    first.offer(key("1"), 0);
    began.await();
    AtomicInteger carried = new AtomicInteger();
    Executions second = executions(elsewhere(), 1, counting(carried));
    second.start();

    first.close();

    await().atMost(Duration.ofMillis(900)).until(() -> carried.get() == 1);
  }

  @Test
  void neverInterruptsAStatement() throws Exception {
    seeAll(ready("1"));
    CountDownLatch began = new CountDownLatch(1);
    AtomicReference<Boolean> concluded = new AtomicReference<>();
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              RunTicket ticket = begin("1");
              began.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                ledger.tasks().list(Optional.empty(), true, 10);
              }
              concluded.set(
                  ledger.runs().conclude(ticket, ended(RunStatus.CANCELLED, TaskState.READY)));
              return new Next.Again(Instant.now());
            });
    executions.start();
    executions.offer(key("1"), 0);
    began.await();

    executions.close();

    assertThat(concluded).hasValue(true);
  }

  @Test
  void stopsAWorkerThatWasReplacedBeforeItBegan() {
    seeAll(ready("1"));
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Executions executions =
        executions(
            ledger,
            1,
            (key, pulse) -> {
              sql("update scheduled_tasks set picked_by = 'another', version = version + 1");
              try {
                begin("1");
              } catch (ReplacedException e) {
                seen.set(e);
                throw e;
              }
              return new Next.Done();
            });
    executions.start();
    executions.offer(key("1"), 0);

    await().until(() -> seen.get() != null && executions.running() == 0);
    assertThat(seen.get()).hasMessageContaining("writer/1");
    assertState("1", TaskState.READY);
    assertThat(executions.offer(key("1"), 0)).isFalse();
  }

  @Test
  void takesOverFromAWorkerThatWasKilled() throws Exception {
    seeAll(ready("1"));
    try (WorkerProcess worker = new WorkerProcess(home, url, FAST)) {
      worker.says("UP");
      BlockingQueue<RunTicket> tickets = new LinkedBlockingQueue<>();
      Executions executions = executions(elsewhere(), 1, takingOver(tickets));
      executions.offer(key("1"), 0);
      worker.says("BEGAN 1");
      executions.start();
      worker.kill();
      long dead = System.nanoTime();

      RunTicket mine = next(tickets);
      Duration took = Duration.ofNanos(System.nanoTime() - dead);
      // Six missed beats, two rounds until somebody looks, one poll, and a slow machine.
      assertThat(took).isLessThan(FAST.heartbeat().multipliedBy(9));
      assertThat(mine.cause()).isEqualTo(Cause.TAKEOVER);
      assertThat(row("1").crashes()).isOne();
    }
  }

  private Handler takingOver(BlockingQueue<RunTicket> tickets) {
    return (key, pulse) -> {
      assertThat(ledger.runs().lost(key, run -> "{}")).isPresent();
      tickets.add(begin(key.id()));
      return new Next.Done();
    };
  }

  @Test
  void fencesAWorkerThatWasFrozenAndWakesUp() throws Exception {
    seeAll(ready("1"));
    try (WorkerProcess worker = new WorkerProcess(home, url, FAST)) {
      worker.says("UP");
      BlockingQueue<RunTicket> tickets = new LinkedBlockingQueue<>();
      Executions executions = executions(elsewhere(), 1, takingOver(tickets));
      executions.offer(key("1"), 0);
      worker.says("BEGAN 1");
      executions.start();
      freeze(worker);

      RunTicket mine = next(tickets);
      worker.tell();
      worker.signal("CONT");

      assertThat(worker.says("CONCLUDED")).startsWith("false");
      assertThat(row("1").epoch()).isEqualTo(mine.epoch());
      assertState("1", TaskState.RUNNING);
      assertThat(ledger.runs().conclude(mine, ended(RunStatus.OK, TaskState.REVIEW))).isTrue();
    }
  }

  /** Not in the middle of a write to SQLite, which keeps everybody out for as long as it lasts. */
  private void freeze(WorkerProcess worker) throws Exception {
    for (int tries = 0; tries < 3; tries++) {
      worker.signal("STOP");
      try {
        ledger.switches().alert(Optional.empty(), WORKER, "frozen for a test");
        return;
      } catch (LedgerException e) {
        worker.signal("CONT");
      }
    }
  }

  @Test
  void goesOnAtOnceAfterARestartOfTheSameHome() throws Exception {
    seeAll(ready("1"));
    try (WorkerProcess worker = new WorkerProcess(home, url, SLOW)) {
      worker.says("UP");
      BlockingQueue<RunTicket> tickets = new LinkedBlockingQueue<>();
      Executions executions = ledger.executions(WORKER, 1, SLOW, takingOver(tickets));
      running.add(executions);
      executions.offer(key("1"), 0);
      worker.says("BEGAN 1");
      executions.start();
      assertThat(executions.releaseDeadOwners()).isZero();
      assertThat(ledger.runs().unfinishedOf(ledger.homeId())).isEmpty();
      worker.kill();

      assertThat(ledger.runs().unfinishedOf(ledger.homeId())).hasSize(1);
      assertThat(executions.releaseDeadOwners()).isOne();

      long released = System.nanoTime();
      next(tickets);
      assertThat(Duration.ofNanos(System.nanoTime() - released)).isLessThan(SLOW.heartbeat());
    }
  }
}
