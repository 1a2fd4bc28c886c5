package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Runs.Facts;
import dev.nightdesk.ledger.Runs.Phase;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class RunsContract extends LedgerContract {
  @BeforeEach
  void seeOneTask() {
    seeAll(ready("1"));
  }

  @Test
  void beginsARun() {
    RunTicket ticket = begin("1");

    assertThat(ticket.epoch()).isEqualTo(1);
    assertThat(ticket.attempt()).isEqualTo(1);
    assertThat(ticket.cause()).isEqualTo(Cause.NEW);
    assertThat(ticket.startedAt()).isEqualTo(now);
    TaskRow row = row("1");
    assertThat(row.state()).isEqualTo(TaskState.RUNNING);
    assertThat(row.epoch()).isEqualTo(1);
    assertThat(row.attempts()).isEqualTo(1);
    assertThat(row.runs()).isEqualTo(1);
    assertThat(row.lastRun()).contains(ticket.runId());
    RunRow run = run(ticket);
    assertThat(run.phase()).isEqualTo(Phase.INTENDED);
    assertThat(run.homeId()).isEqualTo(ledger.homeId());
    assertThat(run.pid()).isEmpty();
    assertThat(ledger.runs().alive(ticket)).isTrue();
  }

  @Test
  void followsARunToItsEnd() {
    Instant born = Instant.parse("2026-11-21T09:59:59.500Z");
    Entry note = new Entry.Note("k1", "Done \u0000.", "whole");
    RunTicket ticket = begin(ledger, "1", "5");

    assertThat(ledger.runs().started(ticket, 4711, born)).isTrue();
    assertThat(run(ticket).phase()).isEqualTo(Phase.STARTED);
    assertThat(run(ticket).pid()).contains(4711L);
    assertThat(run(ticket).pidStartedAt()).contains(born);
    now = now.plusSeconds(30);
    assertThat(
            ledger
                .runs()
                .conclude(ticket, ended(RunStatus.OK, TaskState.REVIEW, "0.25", List.of(note))))
        .isTrue();

    RunRow run = run(ticket);
    assertThat(run.phase()).isEqualTo(Phase.ENDED);
    assertThat(run.status()).contains(RunStatus.OK);
    assertThat(run.reason()).contains("said so");
    assertThat(run.endedAt()).contains(now);
    assertThat(run.costUsd()).isEqualByComparingTo("0.25");
    assertThat(run.recordJson()).contains("{}");
    TaskRow row = row("1");
    assertThat(row.state()).isEqualTo(TaskState.REVIEW);
    assertThat(row.session()).contains("session-1");
    assertThat(row.spentUsd()).isEqualByComparingTo("0.25");
    assertThat(facts("1").taskSpent()).isEqualByComparingTo("0.25");
    assertThat(ledger.outbox().pending(key("1")))
        .extracting(Outbox.Pending::runId)
        .containsExactly(ticket.runId());
  }

  @Test
  void waitsForTheNextAttempt() {
    ledger.runs().conclude(begin("1"), retry(now.plusSeconds(10)));

    TaskRow row = row("1");
    assertThat(row.state()).isEqualTo(TaskState.READY);
    assertThat(row.nextCause()).isEqualTo(Cause.RETRY);
    assertThat(row.notBefore()).contains(now.plusSeconds(10));
    assertThat(row.waitReason()).contains("attempt 2 of 3");
    assertThat(begin("1").attempt()).isEqualTo(2);
    assertThat(row("1").notBefore()).isEmpty();
  }

  @Test
  void chargesNoAttemptForAModelThatIsAway() {
    for (int failures = 1; failures <= 3; failures++) {
      ledger.runs().conclude(begin("1"), modelAway());
      assertThat(row("1").attempts()).isZero();
      assertThat(row("1").modelFailures()).isEqualTo(failures);
    }
    ledger.runs().conclude(begin("1"), retry(now));
    assertThat(row("1").modelFailures()).isZero();
    assertThat(row("1").attempts()).isOne();
    assertThat(row("1").runs()).isEqualTo(4);
  }

  private static Conclusion modelAway() {
    return new Conclusion(
        RunStatus.ERROR,
        "overloaded",
        TaskState.READY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        true,
        BigDecimal.ZERO,
        Optional.empty(),
        List.of(),
        List.of(),
        "{}");
  }

  @Test
  void forgetsARunWhoseClaimWasRefused() {
    RunTicket first = begin("1");
    ledger.runs().conclude(first, retry(now));
    RunTicket ticket = begin(ledger, "1", "5");

    assertThat(
            ledger
                .runs()
                .release(ticket, TaskState.AWAY, Optional.of("somebody has it"), Optional.empty()))
        .isTrue();

    TaskRow row = row("1");
    assertThat(row.state()).isEqualTo(TaskState.AWAY);
    assertThat(row.attempts()).isOne();
    assertThat(row.runs()).isOne();
    assertThat(row.lastRun()).contains(first.runId());
    assertThat(facts("1").taskSpent()).isEqualByComparingTo("0");
    assertThat(ledger.runs().find(ticket.runId())).isEmpty();
    assertThat(
            ledger.runs().release(begin("1"), TaskState.READY, Optional.empty(), Optional.empty()))
        .isTrue();
  }

  @Test
  void hasOneRunLostToATakeover() {
    RunTicket frozen = begin(ledger, "1", "5");
    ledger.runs().spent(frozen, new BigDecimal("0.75"));
    Ledger other = elsewhere();

    Optional<RunRow> lost = other.runs().lost(key("1"), run -> "{\"lost\":\"" + run.host() + "\"}");

    assertThat(lost.map(RunRow::runId)).contains(frozen.runId());
    assertThat(lost.map(RunRow::phase)).contains(Phase.INTENDED);
    RunRow run = run(frozen);
    assertThat(run.status()).contains(RunStatus.LOST);
    assertThat(run.recordJson()).contains("{\"lost\":\"" + run.host() + "\"}");
    assertThat(run.homeId()).isEqualTo(other.homeId());
    TaskRow row = row("1");
    assertThat(row.state()).isEqualTo(TaskState.READY);
    assertThat(row.nextCause()).isEqualTo(Cause.TAKEOVER);
    assertThat(row.crashes()).isOne();
    assertThat(facts("1").taskSpent()).isEqualByComparingTo("0.75");
    assertThat(other.runs().lost(key("1"), again -> "{}")).isEmpty();
  }

  @Test
  void letsAReplacedWorkerChangeNothing() {
    RunTicket frozen = begin("1");
    ledger.runs().lost(key("1"), run -> "{}");

    assertChangesNothing(frozen);
    RunTicket next = begin("1");
    assertChangesNothing(frozen);
    ledger.runs().conclude(next, ended(RunStatus.OK, TaskState.REVIEW));
    assertChangesNothing(frozen);
  }

  private void assertChangesNothing(RunTicket frozen) {
    TaskRow before = row("1");
    RunRow run = run(frozen);
    Runs runs = ledger.runs();
    Entry note = new Entry.Note("late", "too late", "");
    assertThat(runs.alive(frozen)).isFalse();
    assertThat(runs.started(frozen, 1, now)).isFalse();
    assertThat(runs.spent(frozen, BigDecimal.TEN)).isFalse();
    assertThat(runs.conclude(frozen, ended(RunStatus.OK, TaskState.REVIEW, "9", List.of(note))))
        .isFalse();
    assertThat(runs.release(frozen, TaskState.AWAY, Optional.empty(), Optional.empty())).isFalse();
    assertThat(row("1")).isEqualTo(before);
    assertThat(run(frozen)).isEqualTo(run);
    assertThat(ledger.outbox().pending(key("1"))).isEmpty();
  }

  @Test
  void countsARunOnceThoughTheAnswerToItsConclusionWasLost() {
    RunTicket ticket = begin(ledger, "1", "5");
    Conclusion conclusion = ended(RunStatus.OK, TaskState.REVIEW, "0.25", List.of());
    assertThat(ledger.runs().conclude(ticket, conclusion)).isTrue();
    assertThat(ledger.runs().recover(run(ticket), conclusion)).as("by another thread").isFalse();
    assertThat(ledger.runs().conclude(ticket, conclusion)).isTrue();
    BigDecimal counted = ledger.runs().start(key("1"), start -> start.facts().taskSpent());
    assertThat(counted).isEqualByComparingTo("0.25");
    assertThat(row("1").attempts()).isOne();
  }

  @Test
  void recoversARunThatHadComeToItsConclusion() {
    RunTicket dead = begin(ledger, "1", "5");
    Entry note = new Entry.Note("k1", "Done.", "whole");
    Conclusion conclusion = ended(RunStatus.OK, TaskState.REVIEW, "0.25", List.of(note));

    assertThat(ledger.runs().recover(run(dead), conclusion)).isTrue();

    assertThat(row("1").state()).isEqualTo(TaskState.REVIEW);
    assertThat(row("1").spentUsd()).isEqualByComparingTo("0.25");
    assertThat(run(dead).status()).contains(RunStatus.OK);
    assertThat(ledger.outbox().pending(key("1"))).hasSize(1);
    assertThat(ledger.runs().conclude(dead, conclusion)).isFalse();
    assertThat(ledger.runs().recover(run(dead), conclusion)).isFalse();
  }

  @Test
  void letsAWorkerThatOnlySleptChangeNothingOnceItsTaskIsBeingTakenOver() {
    RunTicket asleep = begin(ledger, "1", "5");
    Conclusion conclusion = ended(RunStatus.OK, TaskState.REVIEW, "0.25", List.of());
    assertThat(ledger.runs().fence(key("1"))).map(RunRow::runId).contains(asleep.runId());
    assertThat(ledger.runs().conclude(asleep, conclusion)).isFalse();
    assertThat(ledger.runs().lost(key("1"), run -> "{}")).isPresent();
    assertThat(ledger.runs().fence(key("1"))).as("of a run that has ended").isEmpty();
  }

  @Test
  void forgetsCrashesAfterARunThatEnded() {
    begin("1");
    ledger.runs().lost(key("1"), run -> "{}");
    RunTicket ticket = begin("1");
    assertThat(ticket.cause()).isEqualTo(Cause.TAKEOVER);
    ledger.runs().conclude(ticket, retry(now));

    assertThat(row("1").crashes()).isZero();
  }

  @Test
  void findsARunByTheBeginningOfItsId() {
    RunTicket ticket = begin("1");
    seeAll(ready("1"), ready("2"));
    begin("2");

    assertThat(ledger.runs().find(ticket.runId().substring(0, 20))).isPresent();
    assertThat(ledger.runs().find("")).isEmpty();
    assertThat(ledger.runs().find("%")).isEmpty();
  }

  @Test
  void listsTheNewestRunsFirst() {
    RunTicket first = begin("1");
    now = now.plusSeconds(1);
    seeAll(ready("1"), ready("2"));
    RunTicket second = begin("2");

    assertThat(ledger.runs().list(Optional.of(WORKER), 9))
        .extracting(RunRow::runId)
        .containsExactly(second.runId(), first.runId());
    assertThat(ledger.runs().list(Optional.of("another"), 9)).isEmpty();
    assertThat(ledger.runs().list(Optional.empty(), 1)).hasSize(1);
  }

  @Test
  void leavesTheRunsOfLiveProcessesAlone() {
    RunTicket ticket = begin("1");
    assertThat(ledger.runs().unfinishedOf(ledger.homeId())).isEmpty();
    ledger.runs().conclude(ticket, ended(RunStatus.OK, TaskState.REVIEW));
    assertThat(ledger.runs().unrecorded(ledger.homeId())).isEmpty();
  }

  @Test
  void findsItsOwnRunsThatCouldNotBeRecorded() {
    RunTicket ticket = begin("1");
    ledger.runs().conclude(ticket, ended(RunStatus.OK, TaskState.REVIEW));
    now = now.plusSeconds(61);
    assertThat(ledger.runs().unrecorded(ledger.homeId())).hasSize(1);

    ledger.runs().recorded(List.of(ticket.runId()));

    assertThat(ledger.runs().unrecorded(ledger.homeId())).isEmpty();
    assertThat(run(ticket).recorded()).isTrue();
  }

  private Facts facts(String id) {
    return ledger.runs().start(key(id), Runs.Start::facts);
  }

  private RunRow run(RunTicket ticket) {
    return ledger.runs().find(ticket.runId()).orElseThrow();
  }
}
