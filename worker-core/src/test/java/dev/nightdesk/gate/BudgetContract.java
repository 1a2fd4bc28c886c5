package dev.nightdesk.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.gate.Decision.Go;
import dev.nightdesk.gate.Decision.Wait;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Money: what is spent, what is reserved, and what parallel starts do to it. */
abstract class BudgetContract extends GateStage {

  @Test
  void countsWhatATaskCostInItsLifetime() {
    conclude(go(), "5");
    conclude(go(), "5.5");
    ledger.tasks().reset(KEY, Cause.MANUAL, false);
    conclude(go(), "4.5");
    conclude(go(), "0.0025");

    assertHolds(
        ask(),
        "The task's budget of $20 does not cover another run: $15.0025 is spent or reserved and a"
            + " run may cost $5.",
        "Raise WORKER_TASK_BUDGET_USD, or lower WORKER_COST_LIMIT_USD.");
  }

  @Test
  void letsARunUseTheLastOfABudget() {
    conclude(go(), "5");
    conclude(go(), "10");

    go();
  }

  @Test
  void countsTheWorkersMonthAndNoOther() {
    bounds = new Bounds(9, usd("2.50"), usd("99"), Optional.of(usd("10")), 10);
    now = Instant.parse("2026-10-31T23:59:59Z");
    conclude(go(), "9");
    now = Instant.parse("2026-11-01T00:00:00Z");
    conclude(go(), "7.51");
    assertHolds(
        ask(),
        "The worker's monthly budget of $10 does not cover another run: $7.51 is spent and"
            + " a run may cost $2.50.",
        "Raise WORKER_MONTHLY_BUDGET_USD, or release it in the next month.");

    now = Instant.parse("2026-12-01T00:00:00Z");
    go();
  }

  @Test
  void countsWhatRunsThatAreOnMayStillCost() {
    bounds = new Bounds(9, usd("5"), usd("99"), Optional.of(usd("10")), 10);
    see("1", "2", "3");
    RunTicket first = go();
    assertThat(ask(Task.of("2", "Second", Standing.READY).build())).isInstanceOf(Go.class);
    Task third = Task.of("3", "Third", Standing.READY).build();
    assertWaitsForMoney(ask(third));

    conclude(first, "0.01");
    assertWaitsForMoney(ask(third));
    bounds = new Bounds(9, usd("4.99"), usd("99"), Optional.of(usd("10")), 10);
    assertThat(ask(third)).isInstanceOf(Go.class);
  }

  @Test
  void givesBackWhatALostRunDidNotSpend() {
    bounds = new Bounds(9, usd("5"), usd("99"), Optional.of(usd("5")), 10);
    RunTicket lost = go();
    ledger.runs().spent(lost, usd("0"));
    ledger.runs().lost(KEY, run -> "{}");

    go();
  }

  @Test
  void neverReservesMoreThanTheMonthlyBudgetForTwentyStartsAtOnce() throws Exception {
    bounds = new Bounds(9, usd("3"), usd("99"), Optional.of(usd("10")), 10);
    see(IntStream.range(0, 20).mapToObj(n -> "t" + n).toArray(String[]::new));

    List<Decision> decisions =
        atOnce(
            IntStream.range(0, 20)
                .mapToObj(n -> Task.of("t" + n, "Task", Standing.READY).build())
                .map(task -> (Callable<Decision>) () -> ask(task))
                .toList());

    assertThat(decisions).filteredOn(Go.class::isInstance).hasSize(3);
    assertThat(decisions)
        .filteredOn(decision -> !(decision instanceof Go))
        .allSatisfy(BudgetContract::assertWaitsForMoney);
    assertThat(ledger.runs().list(Optional.empty(), 99)).hasSize(3);
  }

  @Test
  void letsExactlyOneOfTwentyStartWhereTheBudgetIsForOne() throws Exception {
    bounds = new Bounds(9, usd("5"), usd("99"), Optional.of(usd("9.99")), 10);
    see(IntStream.range(0, 20).mapToObj(n -> "t" + n).toArray(String[]::new));
    List<Callable<Decision>> asks =
        IntStream.range(0, 20)
            .mapToObj(n -> Task.of("t" + n, "Task", Standing.READY).build())
            .map(task -> (Callable<Decision>) () -> ask(task))
            .toList();

    List<Decision> decisions = atOnce(asks);

    assertThat(decisions).filteredOn(Go.class::isInstance).hasSize(1);
    Go only = decisions.stream().filter(Go.class::isInstance).map(Go.class::cast).findFirst().get();
    conclude(only.ticket(), "5", TaskState.REVIEW, Optional.empty());
    assertThat(atOnce(asks.subList(0, 5))).noneMatch(Go.class::isInstance);
  }

  /** What is reserved may be given back: no reason to hold a task. */
  private static void assertWaitsForMoney(Decision decision) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Wait.class,
            wait -> assertThat(wait.reason()).contains("reserved for runs that are on"));
  }

  private static <T> List<T> atOnce(List<Callable<T>> all) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(all.size())) {
      List<T> results = new ArrayList<>();
      for (Future<T> one : pool.invokeAll(all)) {
        results.add(one.get());
      }
      return results;
    }
  }
}
