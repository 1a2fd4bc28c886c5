package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Switches.Stop;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Deliveries, switches and the audit log's head. */
abstract class OutboxContract extends LedgerContract {
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry.Note("r1:done", "All of it. 🎉", "see runs/r1"),
          new Entry.Move("r1:move", Standing.REVIEW),
          new Entry.Link("r1:link", URI.create("https://example.org/a?b=c"), "a change"));

  private void concludeWith(List<Entry> entries) {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW, "0", entries));
  }

  @Test
  void keepsEntriesAsTheyWereUntilTheyAreDelivered() {
    concludeWith(ENTRIES);

    assertThat(ledger.outbox().pending(key("1")))
        .extracting(Outbox.Pending::entry)
        .containsExactlyElementsOf(ENTRIES);
    assertThat(ledger.outbox().due(WORKER)).containsExactly(key("1"));

    ledger.outbox().delivered(key("1"), List.of(new Receipt("r1:done", Optional.of("c9"))));
    assertThat(ledger.outbox().pending(key("1"))).hasSize(2);
    ledger
        .outbox()
        .delivered(
            key("1"),
            List.of(
                new Receipt("r1:move", Optional.empty()),
                new Receipt("r1:link", Optional.empty())));
    assertThat(ledger.outbox().pending(key("1"))).isEmpty();
    assertThat(ledger.outbox().due(WORKER)).isEmpty();
  }

  @Test
  void leavesDeliveriesToAnExecutionThatIsThere() {
    concludeWith(ENTRIES);
    try (Executions executions =
        ledger.executions(WORKER, 1, Timings.USUAL, (key, pulse) -> new Executions.Next.Done())) {
      executions.offer(key("1"), 0);
      assertThat(ledger.outbox().due(WORKER)).isEmpty();
    }
  }

  @Test
  void countsFailedTries() {
    concludeWith(ENTRIES);
    ledger.outbox().failed(key("1"), "503");
    ledger.outbox().failed(key("1"), "503");

    assertThat(ledger.outbox().pending(key("1"))).extracting(Outbox.Pending::tries).containsOnly(2);
  }

  @Test
  void dropsWhatHasNoTaskAnyMore() {
    concludeWith(ENTRIES);
    ledger.outbox().drop(key("1"), "deleted");

    assertThat(ledger.outbox().pending(key("1"))).isEmpty();
    assertThat(ledger.outbox().due(WORKER)).isEmpty();
  }

  @Test
  void knowsItsOwnComments() {
    seeAll(ready("1"));
    List<Receipt> claimed = List.of(new Receipt("r1:claim", Optional.of("c2")));
    ledger
        .runs()
        .conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW, "0", claimed, ENTRIES));
    assertThat(ledger.outbox().pending(key("1"))).hasSize(ENTRIES.size());
    ledger.outbox().delivered(key("1"), List.of(new Receipt("r1:done", Optional.of("c1"))));

    assertThat(ledger.outbox().wrote(WORKER, "c1")).isTrue();
    assertThat(ledger.outbox().wrote(WORKER, "c2")).isTrue();
    assertThat(ledger.outbox().wrote(WORKER, "c3")).isFalse();
    assertThat(ledger.outbox().wrote("another", "c1")).isFalse();
  }

  @Test
  void stopsAllOrOneWorkerUntilResumed() {
    Switches switches = ledger.switches();
    switches.stop(Optional.of(WORKER), "broken");
    assertThat(switches.stopped(WORKER).map(Stop::why)).contains("broken");
    assertThat(switches.stopped("another")).isEmpty();

    switches.stop(Optional.empty(), "fire");
    assertThat(switches.stopped("another").map(Stop::why)).contains("fire");
    assertThat(switches.stopped(WORKER).map(Stop::why)).contains("fire");
    assertThat(switches.all()).hasSize(2);
    assertThat(switches.all().getFirst().worker()).isEmpty();

    Ledger restarted = open(home);
    assertThat(restarted.switches().all()).hasSize(2);
    assertThat(restarted.switches().resume(Optional.empty())).isTrue();
    assertThat(restarted.switches().resume(Optional.empty())).isFalse();
    assertThat(switches.stopped("another")).isEmpty();
    assertThat(switches.stopped(WORKER)).isPresent();
  }

  @Test
  void stopsAWorkerAsLongAsAnOpenTaskOfItsQueueCarriesTheLabel() {
    Switches switches = ledger.switches();
    seeAll(ready("1"));
    assertThat(switches.all()).isEmpty();

    seeChanged("a", stop("2", "Agent-Stop", Standing.READY), stop("3", "x", Standing.READY));
    assertThat(elsewhere().switches().stopped(WORKER).map(Stop::why))
        .contains("task https://list.example/2 carries the label agent-stop");
    assertThat(switches.stopped("another")).isEmpty();
    assertThat(stoppedInFacts()).isPresent();
    assertThat(switches.resume(Optional.of(WORKER))).isFalse();
    assertThat(switches.stopped(WORKER)).isPresent();

    seeChanged("b", ready("1"));
    assertThat(switches.stopped(WORKER)).isPresent();
    seeChanged("c", stop("2", "other", Standing.READY));
    assertThat(switches.stopped(WORKER)).isEmpty();
    assertThat(stoppedInFacts()).isEmpty();
  }

  @Test
  void endsTheStopOfALabelWhenItsTaskIsClosedOrGone() {
    for (Standing standing : List.of(Standing.READY, Standing.HELD, Standing.REVIEW)) {
      seeChanged("a", stop("2", "agent-stop", standing));
      assertThat(ledger.switches().stopped(WORKER)).isPresent();
      seeChanged("b", stop("2", "agent-stop", Standing.CLOSED));
      assertThat(ledger.switches().stopped(WORKER)).isEmpty();
    }
    seeAll(stop("2", "agent-stop", Standing.HELD), ready("3"));
    assertThat(ledger.switches().stopped(WORKER).map(Stop::release))
        .contains("take that label away, or close that task");
    seeAll(ready("3"));
    assertThat(ledger.switches().stopped(WORKER)).isEmpty();
  }

  private static Task stop(String id, String label, Standing standing) {
    return Task.of(id, "Task " + id, standing)
        .labels(List.of("blog", label))
        .url(Optional.of(URI.create("https://list.example/" + id)))
        .build();
  }

  private Optional<String> stoppedInFacts() {
    return ledger.runs().start(key("1"), start -> start.facts().stopped());
  }

  @Test
  void holdsAWorkerForItsFirstReason() {
    Switches switches = ledger.switches();
    assertThat(switches.holdWorker(WORKER, "no token", "set TOKEN")).isTrue();
    assertThat(switches.holdWorker(WORKER, "another", "x")).isFalse();

    assertThat(switches.workerHold(WORKER).map(Runs.Hold::reason)).contains("no token");
    assertThat(switches.workerHold(WORKER).map(Runs.Hold::release)).contains("set TOKEN");
    assertThat(switches.workerHold("another")).isEmpty();
    assertThat(switches.releaseWorker(WORKER)).isTrue();
    assertThat(switches.workerHold(WORKER)).isEmpty();
  }

  @Test
  void holdsAnAccountForAllWorkersThatUseIt() {
    Switches switches = ledger.switches();
    switches.holdAccount("other", "subscription", Optional.empty(), "limit");
    switches.releaseAccount("subscription");
    switches.holdAccount(WORKER, "subscription", Optional.of(now.plusSeconds(9)), "5 h limit");

    assertThat(switches.accountHolds()).containsOnlyKeys("subscription");
    assertThat(accountHold("other")).isPresent();
    assertThat(accountHold(WORKER)).isPresent();
    assertThat(accountHold("third")).isEmpty();
    now = now.plusSeconds(9);
    assertThat(switches.accountHolds()).isEmpty();
    assertThat(switches.releaseAccount("subscription")).isTrue();
    assertThat(switches.releaseAccount("subscription")).isFalse();
  }

  private Optional<Runs.Hold> accountHold(String worker) {
    TaskKey key = new TaskKey(worker, "1");
    ledger
        .tasks()
        .see(
            worker,
            new Poll(List.of(ready("1")), List.of(), true, Optional.empty()),
            Optional.empty());
    return ledger.runs().start(key, start -> start.facts().accountHold());
  }

  @Test
  void keepsTheNewestHeadOfEachHome() {
    assertThat(ledger.heads().get()).isEmpty();
    ledger.heads().put(2, "bb");
    ledger.heads().put(1, "aa");

    assertThat(ledger.heads().get()).contains(new Heads.Head(2, "bb"));
    assertThat(open(home).heads().get()).isPresent();
    Ledger other = open(folder.resolve("other"));
    assertThat(other.heads().get().isPresent()).isEqualTo(false);
  }

  @Test
  void keepsAlerts() {
    ledger.switches().alert(Optional.empty(), WORKER, "the queue refuses us");
    ledger.switches().alert(Optional.of(key("1")), WORKER, "held");
  }
}
