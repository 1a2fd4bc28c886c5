package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a poll changes in the ledger. */
abstract class SightContract extends LedgerContract {
  @Test
  void leavesATaskToWhoeverTookIt() {
    for (Standing standing :
        List.of(Standing.WORKING, Standing.REVIEW, Standing.HELD, Standing.CLOSED)) {
      seeAll(ready(standing.name()));
      seeChanged("c", task(standing.name(), standing));
      assertState(standing.name(), TaskState.AWAY);
    }
  }

  @Test
  void keepsATaskThatStillCarriesOurOwnMark() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), retry(now));

    seeAll(task("1", Standing.WORKING));
    assertState("1", TaskState.READY);

    seeAll(task("1", Standing.CLOSED));
    assertState("1", TaskState.AWAY);
  }

  @Test
  void startsOverWithATaskThatCameBack() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), retry(now));
    seeAll();
    assertState("1", TaskState.AWAY);

    seeAll(ready("1"));

    assertState("1", TaskState.READY);
    assertCause("1", Cause.MANUAL);
    assertThat(row("1").attempts()).isZero();
    assertThat(row("1").runs()).isOne();
  }

  @Test
  void returnsEndedTasksThatTheQueueCallsReady() {
    for (TaskState state : List.of(TaskState.REVIEW, TaskState.FAILED, TaskState.HELD)) {
      seeChanged("a", ready(state.name()));
      ledger.runs().conclude(begin(state.name()), ended(RunStatus.OK, state));

      assertThat(seeChanged("b", ready(state.name()))).containsExactly(key(state.name()));
      assertState(state.name(), state);
      assertThat(seeChanged("c", task(state.name(), Standing.REVIEW))).isEmpty();
      assertState(state.name(), state);
      seeChanged("d", task(state.name(), Standing.CLOSED));
      assertState(state.name(), TaskState.AWAY);
    }
  }

  @Test
  void changesOnlyThePictureOfARunningTask() {
    for (Standing standing : Standing.values()) {
      String id = standing.name();
      seeChanged("a", ready(id));
      begin(id);
      seeChanged("b", Task.of(id, "new title", standing).round(Optional.of("2")).build());

      assertState(id, TaskState.RUNNING);
      assertThat(row(id).title()).isEqualTo("new title");
    }
    seeAll();
    assertState("READY", TaskState.RUNNING);
  }

  @Test
  void takesTheNextRoundForANewTask() {
    seeAll(round("1", "mon", Standing.READY), round("2", "mon", Standing.READY));
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));
    ledger.tasks().hold(key("2"), "odd", "look", List.of());

    assertThat(seeAll(round("1", "tue", Standing.READY), round("2", "tue", Standing.CLOSED)))
        .isEmpty();

    TaskRow row = row("1");
    assertState("1", TaskState.READY);
    assertThat(row.nextCause()).isEqualTo(Cause.NEW);
    assertThat(row.attempts()).isZero();
    assertThat(row.session()).isEmpty();
    assertThat(row.round()).contains("tue");
    assertState("2", TaskState.AWAY);
    assertThat(row("2").holdReason()).isEmpty();
  }

  @Test
  void noticesTheNextRoundOnceTheRunHasEnded() {
    seeAll(round("1", "mon", Standing.READY));
    Runs.RunTicket ticket = begin("1");
    seeAll(round("1", "tue", Standing.READY));
    ledger.runs().conclude(ticket, ended(RunStatus.OK, TaskState.REVIEW));

    seeAll(round("1", "tue", Standing.READY));

    assertState("1", TaskState.READY);
  }

  private static Task round(String id, String round, Standing standing) {
    return Task.of(id, "Task " + id, standing).round(Optional.of(round)).build();
  }

  @Test
  void missesOnlyFromAWholeListing() {
    seeAll(ready("1"), ready("2"));

    seeChanged("c1");
    assertState("1", TaskState.READY);
    seeAll(ready("2"));
    assertState("1", TaskState.AWAY);
    assertState("2", TaskState.READY);
  }
}
