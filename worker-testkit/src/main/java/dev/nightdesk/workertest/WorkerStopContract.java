package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.gate.Bounds;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.Worker.Tally;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs that somebody or something stops, and starts that are refused. */
abstract class WorkerStopContract extends WorkerLifeContract {

  private static RunLimits limits(Duration time, Optional<Duration> idle, int calls, String usd) {
    return new RunLimits(time, idle, calls, new BigDecimal(usd), 1 << 20, 64 << 20);
  }

  /** An agent that spends and works on until it is stopped. */
  private static ScriptedAgent endless() {
    return new ScriptedAgent((request, voice) -> {
      voice.introduce("session-" + request.runId());
      voice.say("so far so good");
      while (true) {
        voice.costs("0.40");
        voice.pause(Duration.ofMillis(20));
      }
    });
  }

  private void assertHeldAtLimit(String id, String status) throws Exception {
    assertThat(standing(id)).isEqualTo(Standing.HELD);
    assertThat(said(id)).last().asString().startsWith("Stopped at a limit.");
    assertThat(said(id)).last().asString().contains("so far so good");
    assertThat(auditLines()).singleElement().asString().contains("\"" + status + "\"");
    assertThat(row(id).session()).isPresent();
  }

  @Test
  public final void stopsAtTheTimeLimit() throws Exception {
    limits = limits(Duration.ofMillis(300), Optional.empty(), 10_000, "1000");
    String id = puts("takes for ever");
    assertThat(runOnce(endless()).held()).isOne();
    assertHeldAtLimit(id, "TIMEOUT");
  }

  @Test
  public final void stopsWhatShowsNoSignOfLife() throws Exception {
    limits = limits(Duration.ofMinutes(5), Optional.of(Duration.ofMillis(300)), 9, "1000");
    String id = puts("falls silent");
    ScriptedAgent silent =
        new ScriptedAgent((request, voice) -> {
          voice.introduce("session");
          voice.say("so far so good");
          voice.pause(Duration.ofMinutes(5));
          return voice.done("never");
        });
    runOnce(silent);
    assertHeldAtLimit(id, "IDLE");
  }

  @Test
  public final void stopsAtTheCallLimit() throws Exception {
    limits = limits(Duration.ofMinutes(5), Optional.empty(), 3, "1000");
    String id = puts("calls too often");
    runOnce(endless());
    assertHeldAtLimit(id, "CALL_LIMIT");
  }

  @Test
  public final void stopsAtTheCostLimitAndSettlesWhatWasSpent() throws Exception {
    limits = limits(Duration.ofMinutes(5), Optional.empty(), 10_000, "1");
    String id = puts("costs too much");
    runOnce(endless());
    assertHeldAtLimit(id, "COST_LIMIT");
    assertThat(row(id).spentUsd()).isBetween(new BigDecimal("1"), new BigDecimal("1.6"));
    assertThat(said(id)).last().asString().contains("$1.20");
  }

  @Test
  public final void startsNoRunThatABudgetDoesNotCover() throws Exception {
    bounds = new Bounds(3, new BigDecimal("5"), new BigDecimal("4"), Optional.empty(), Bounds.LOOP);
    String id = puts("too dear");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    assertThat(runOnce(agent).held()).isOne();
    assertThat(agent.requests()).isEmpty();
    assertThat(standing(id)).isEqualTo(Standing.HELD);
    assertThat(said(id)).singleElement().asString().contains("WORKER_TASK_BUDGET_USD");
  }

  @Test
  public final void reservesMoneyForRunsThatGoOnAtOnce() throws Exception {
    bounds =
        new Bounds(
            3,
            new BigDecimal("5"),
            new BigDecimal("20"),
            Optional.of(new BigDecimal("11")),
            Bounds.LOOP);
    concurrency = 4;
    for (int i = 0; i < 6; i++) {
      puts("dear " + i);
    }
    AtomicInteger most = new AtomicInteger();
    AtomicInteger live = new AtomicInteger();
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          most.accumulateAndGet(live.incrementAndGet(), Math::max);
          voice.costs("4");
          voice.pause(Duration.ofMillis(300));
          live.decrementAndGet();
          return voice.done("done");
        });
    runOnce(agent);
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(agent.requests()).hasSize(2);
    assertThat(ledger().tasks().list(Optional.of(NAME), false, 9))
        .extracting(TaskRow::state)
        .containsOnly(TaskState.READY)
        .hasSize(4);

    clock.advance(Duration.ofSeconds(6));
    assertThat(runOnce(agent)).isEqualTo(new Tally(0, 0, 4));
    assertThat(agent.requests()).hasSize(2);
  }

  @Test
  public final void endsTheRunWhenAPersonClosesTheTask() throws Exception {
    String id = puts("not needed any more");
    CountDownLatch working = new CountDownLatch(1);
    try (Worker worker = worker(waiting(working))) {
      worker.watch();
      working.await();
      person().closes(id);
      await().atMost(10, SECONDS).until(() -> is(id, TaskState.AWAY));
    }
    assertThat(said(id)).hasSize(1);
    assertThat(auditLines()).singleElement().asString().contains("\"CANCELLED\"");
  }

  static ScriptedAgent waiting(CountDownLatch working) {
    return new ScriptedAgent((request, voice) -> {
      voice.introduce("session-1");
      working.countDown();
      voice.pause(Duration.ofMinutes(5));
      return voice.done("never");
    });
  }

  @Test
  public final void handsItsTaskBackWhenItIsShutDown() throws Exception {
    String id = puts("handed over");
    CountDownLatch working = new CountDownLatch(1);
    try (Worker worker = worker(waiting(working))) {
      worker.watch();
      working.await();
    }
    assertThat(standing(id)).isEqualTo(Standing.READY);
    assertThat(row(id).attempts()).isZero();
    assertThat(row(id).session()).contains("session-1");
    assertThat(runOnce(ScriptedAgent.saying("done")).ok()).isOne();
  }

  @Test
  public final void holdsAWorkerWhoseAgentCannotStart() throws Exception {
    String id = puts("no agent");
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) ->
            voice.fail(RunResult.Failure.CANNOT_START, "The program is not there."));
    runOnce(agent);
    runOnce(agent);
    assertThat(agent.requests()).hasSize(1);
    assertThat(row(id).attempts()).isZero();
    assertThat(standing(id)).isEqualTo(Standing.READY);
    assertThat(alerts).singleElement().asString().contains("nightdesk resume --worker " + NAME);
  }

  @Test
  public final void waitsForAnAccountThatIsLimited() throws Exception {
    String id = puts("waits for the account");
    AtomicInteger runs = new AtomicInteger();
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) ->
            runs.incrementAndGet() == 1
                ? new RunResult.AccountLimited(
                    "test-account", Optional.of(clock.instant().plusSeconds(3_600)), "")
                : voice.done("done"));
    runOnce(agent);
    clock.advance(Duration.ofMinutes(30));
    runOnce(agent);
    assertThat(runs).hasValue(1);
    assertThat(row(id).attempts()).isZero();
    clock.advance(Duration.ofMinutes(31));
    runOnce(agent);
    assertThat(standing(id)).isEqualTo(Standing.REVIEW);
  }

  @Test
  public final void holdsWhatRunsInCircles() throws Exception {
    String id = puts("again and again");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    for (int i = 0; i < Bounds.LOOP; i++) {
      runOnce(agent);
      ledger()
          .tasks()
          .reply(
              row(id).key(),
              new dev.nightdesk.spi.Entry.Move("contract-reply-" + i, Standing.READY));
    }
    runOnce(agent);
    assertThat(agent.requests()).hasSize(Bounds.LOOP);
    assertThat(standing(id)).isEqualTo(Standing.HELD);
    ledger().tasks().reset(row(id).key(), Cause.MANUAL, false);
    person().moves(id, Standing.READY);
    runOnce(agent);
    assertThat(agent.requests()).hasSize(Bounds.LOOP + 1);
  }
}
