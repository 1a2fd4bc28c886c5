package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.ledger.Runs.Facts;
import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What decides whether a run begins. */
abstract class StartsContract extends LedgerContract {
  @BeforeEach
  void seeOneTask() {
    seeAll(ready("1"));
  }

  @Test
  void beginsNothingWhereTheDecisionIsNo() {
    String answer = ledger.runs().start(key("1"), start -> "wait");

    assertThat(answer).isEqualTo("wait");
    assertState("1", TaskState.READY);
    assertThat(ledger.runs().list(Optional.empty(), 9)).isEmpty();
  }

  @Test
  void beginsNothingWhereTheDecisionFails() {
    assertThatThrownBy(() ->
            ledger
                .runs()
                .start(
                    key("1"),
                    start -> {
                      start.begin(newRun("1"));
                      throw new IllegalStateException("oops");
                    }))
        .hasMessage("oops");

    assertState("1", TaskState.READY);
    assertThat(ledger.runs().list(Optional.empty(), 9)).isEmpty();
  }

  @Test
  void answersOtherQuestionsInsideOfADecision() {
    boolean known =
        ledger.runs().start(key("1"), start -> ledger.tasks().find(key("1")).isPresent());

    assertThat(known).isTrue();
  }

  @Test
  void beginsNoSecondRunBesideOneThatIsOn() {
    begin("1");

    assertThatThrownBy(() -> begin("1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void countsRunsOfADayUntilAPersonResetsThem() {
    for (int n = 0; n < 3; n++) {
      ledger.runs().conclude(begin("1"), retry(now));
      now = now.plus(Duration.ofHours(10));
    }
    assertThat(facts("1").runsInWindow()).isEqualTo(2);

    ledger.tasks().reset(key("1"), Cause.MANUAL, true);
    assertThat(facts("1").runsInWindow()).isZero();
    now = now.plusSeconds(1);
    begin("1");
    assertThat(facts("1").runsInWindow()).isOne();
  }

  @Test
  void sumsUpWhatAMonthCost() {
    now = Instant.parse("2026-10-31T23:59:59.999Z");
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW, "7", List.of()));
    now = Instant.parse("2026-11-01T00:00:00Z");
    seeAll(ready("1"), ready("2"), ready("3"));
    ledger.runs().conclude(begin("2"), ended(RunStatus.OK, TaskState.REVIEW, "0.5", List.of()));
    begin(ledger, "3", "5");

    assertThat(month("1")).isEqualByComparingTo("5.5");
    now = Instant.parse("2026-12-01T00:00:00Z");
    assertThat(month("1")).isEqualByComparingTo("0");
  }

  @Test
  void saysWhatIsSwitchedForTheWorker() {
    Switches switches = ledger.switches();
    switches.stop(Optional.empty(), "fire");
    switches.holdWorker(WORKER, "no token", "set it");
    switches.holdAccount(WORKER, "subscription", Optional.of(now.plusSeconds(60)), "5 h limit");

    Facts facts = facts("1");
    assertThat(facts.stopped()).contains("fire");
    assertThat(facts.workerHold().map(Runs.Hold::reason)).contains("no token");
    assertThat(facts.accountHold().flatMap(Runs.Hold::until)).contains(now.plusSeconds(60));

    switches.resume(Optional.empty());
    switches.releaseWorker(WORKER);
    now = now.plusSeconds(60);
    facts = facts("1");
    assertThat(facts.stopped()).isEmpty();
    assertThat(facts.workerHold()).isEmpty();
    assertThat(facts.accountHold()).isEmpty();
  }

  @Test
  void letsOnlyOneOfTwentyBeginARun() throws Exception {
    seeAll(IntStream.range(0, 10).mapToObj(n -> ready("c" + n)).toArray(Task[]::new));
    for (int n = 0; n < 10; n++) {
      String id = "c" + n;
      List<Boolean> began = atOnce(20, () -> beginIfReady(id));
      assertThat(began).filteredOn(yes -> yes).hasSize(1);
      assertThat(row(id).epoch()).isOne();
    }
  }

  private boolean beginIfReady(String id) {
    return ledger
        .runs()
        .start(
            key(id),
            start -> {
              boolean free = start.facts().task().state() == TaskState.READY;
              if (free) {
                start.begin(newRun("0"));
              }
              return free;
            });
  }

  @Test
  void neverReservesMoreThanAMonthlyBudget() throws Exception {
    seeAll(IntStream.range(0, 20).mapToObj(n -> ready("b" + n)).toArray(Task[]::new));
    Ledger other = elsewhere();
    BigDecimal budget = new BigDecimal("10");

    int[] turn = {0};
    List<Boolean> began =
        atOnce(
            20,
            () -> {
              int n;
              synchronized (turn) {
                n = turn[0]++;
              }
              return beginWithin(budget, n % 2 == 0 ? ledger : other, "b" + n);
            });

    assertThat(began).filteredOn(yes -> yes).hasSize(5);
    assertThat(month("1")).isEqualByComparingTo("10");
  }

  private static boolean beginWithin(BigDecimal budget, Ledger where, String id) {
    return where
        .runs()
        .start(
            key(id),
            start -> {
              BigDecimal after = committed(start).add(new BigDecimal("2"));
              if (after.compareTo(budget) > 0) {
                return false;
              }
              start.begin(newRun("2"));
              return true;
            });
  }

  @Test
  void startsNothingThatItDoesNotKnow() {
    assertThatThrownBy(() -> begin("unknown")).hasMessageContaining("writer/unknown");
    assertThat(ledger.runs().lost(key("unknown"), run -> "{}")).isEmpty();
    seeAll(task("1", Standing.READY));
  }

  private static <T> List<T> atOnce(int threads, Callable<T> work)
      throws InterruptedException, ExecutionException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> all =
          pool.invokeAll(IntStream.range(0, threads).mapToObj(n -> work).toList());
      List<T> results = new ArrayList<>();
      for (Future<T> one : all) {
        results.add(one.get());
      }
      return results;
    }
  }

  private static NewRun newRun(String dollars) {
    return new NewRun(RunIds.next(), Cause.NEW, new BigDecimal(dollars), "command", "hash");
  }

  private BigDecimal month(String id) {
    return ledger.runs().start(key(id), StartsContract::committed);
  }

  private Facts facts(String id) {
    return ledger.runs().start(key(id), Runs.Start::facts);
  }

  private static BigDecimal committed(Runs.Start start) {
    return start.facts().month().spent().add(start.facts().month().reserved());
  }
}
