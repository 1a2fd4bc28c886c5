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
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of executions whose worker stops, stands still or dies. */
abstract class TakeoverContract extends ExecutionsStage {
  @Test
  void countsABeatOnlyWhenAHeartbeatWasCommitted() throws Exception {
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    Timings timings = new Timings(FAST.heartbeat(), 50, FAST.poll());
    Executions executions = executions(ledger, timings, holding(pulses, end));
    executions.start();
    executions.offer(key("1"), 0);
    Pulse pulse = next(pulses);
    assertThat(pulse.beats()).isGreaterThan(0);
    await().until(() -> pulse.beats() > 3);

    rename("scheduled_tasks", "scheduled_away");
    long silent = beatsAfterARound(pulse);
    assertThat(beatsAfterARound(pulse)).isEqualTo(silent);
    rename("scheduled_away", "scheduled_tasks");

    await().until(() -> pulse.beats() > silent);
    end.countDown();
  }

  /** Waits for time to pass in which beats would have come. */
  private static long beatsAfterARound(Pulse pulse) {
    long until = System.nanoTime() + FAST.heartbeat().toNanos();
    await().until(() -> System.nanoTime() > until);
    return pulse.beats();
  }

  private void rename(String from, String to) {
    sql("alter table " + from + " rename to " + to);
  }

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
    await().until(() -> !executions.drain(FAST.heartbeat()) && pulse.beats() > beats);
    end.countDown();
    assertThat(executions.drain(Duration.ofSeconds(10))).isTrue();
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
            SLOW,
            (key, pulse) -> {
              began.countDown();
              Thread.sleep(Duration.ofMinutes(1));
              return new Next.Done();
            });
    first.start();
    first.offer(key("1"), 0);
    began.await();
    AtomicInteger carried = new AtomicInteger();
    Executions second = executions(elsewhere(), SLOW, counting(carried));
    second.start();

    first.close();

    Duration death = SLOW.heartbeat().multipliedBy(SLOW.missed());
    await().atMost(death.minusSeconds(2)).until(() -> carried.get() == 1);
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
    Timings timings = new Timings(Duration.ofSeconds(1), 6, FAST.poll());
    try (WorkerProcess worker = new WorkerProcess(home, url, timings)) {
      worker.says("UP");
      BlockingQueue<RunTicket> tickets = new LinkedBlockingQueue<>();
      Executions executions = executions(elsewhere(), timings, takingOver(tickets));
      executions.offer(key("1"), 0);
      worker.says("BEGAN 1");
      executions.start();
      worker.kill();
      long dead = System.nanoTime();

      RunTicket mine = next(tickets);
      Duration took = Duration.ofNanos(System.nanoTime() - dead);
      // Six missed beats, one until somebody looks, one poll, and a slow machine.
      assertThat(took).isLessThan(timings.heartbeat().multipliedBy(9));
      assertThat(mine.cause()).isEqualTo(Cause.TAKEOVER);
      assertThat(row("1").crashes()).isOne();
    }
  }

  /** It leaves time for a second look within the nine heartbeats if the first one fails. */
  @Test
  void looksForDeadOwnersInEachHeartbeat() {
    Timings timings = new Timings(Duration.ofSeconds(4), 6, Duration.ofMillis(40));
    AtomicInteger carried = new AtomicInteger();
    Executions executions =
        executions(
            ledger,
            timings,
            (key, pulse) -> {
              carried.incrementAndGet();
              return new Next.Again(Instant.now().plus(Duration.ofDays(1)));
            });
    executions.start();
    executions.offer(key("1"), 0);
    await().until(() -> carried.get() == 1 && executions.running() == 0);

    String hour = url.isPresent() ? "interval '1 hour'" : "3600000";
    sql(
        "update scheduled_tasks set picked = true, picked_by = 'another',"
            + " version = version + 1, last_heartbeat = last_success - "
            + hour);
    await().atMost(Duration.ofSeconds(7)).until(() -> carried.get() == 2);
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
      Executions executions = executions(ledger, SLOW, takingOver(tickets));
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
      assertThat(Duration.ofNanos(System.nanoTime() - released))
          .isLessThan(SLOW.heartbeat().multipliedBy(3));
    }
  }
}
