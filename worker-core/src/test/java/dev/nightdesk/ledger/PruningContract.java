package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the ledger forgets, and what it never does. */
abstract class PruningContract extends LedgerContract {
  private static final Entry.Note NOTE = new Entry.Note("r:done", "Done.", "elsewhere");

  private String done(String id) {
    seeChanged("a", ready(id));
    Runs.RunTicket ticket = begin(id);
    Entry.Note note = new Entry.Note(ticket.runId() + "-done", "Done.", "elsewhere");
    ledger.runs().conclude(ticket, ended(RunStatus.OK, TaskState.REVIEW, "1", List.of(note)));
    ledger.outbox().delivered(key(id), List.of(new Receipt(note.key(), Optional.of("c" + id))));
    ledger.runs().recorded(List.of(ticket.runId()));
    return ticket.runId();
  }

  private void closed(String id) {
    seeChanged("b", task(id, Standing.CLOSED));
    assertState(id, TaskState.AWAY);
  }

  private Instant before() {
    return now.minus(Duration.ofDays(90));
  }

  private boolean knows(String id) {
    return ledger.tasks().find(key(id)).isPresent();
  }

  @Test
  void forgetsOldTasksThatAreGoneWithAllThatBelongsToThem() {
    String run = done("1");
    closed("1");
    seeChanged("a", ready("never run"));
    closed("never run");
    now = now.plus(Duration.ofDays(91));

    assertThat(ledger.pruning().old(before())).isEqualTo(2);
    assertThat(ledger.pruning().forget(before())).isEqualTo(2);
    assertThat(knows("1")).isFalse();
    assertThat(ledger.runs().find(run)).isEmpty();
    assertThat(ledger.outbox().wrote(WORKER, "c1")).isFalse();
    assertThat(ledger.pruning().forget(before())).isZero();

    seeAll(ready("1"));
    assertThat(row("1").runs()).isZero();
  }

  @Test
  void keepsWhatIsOpenYoungOrNotFinishedWith() {
    done("in review");
    seeChanged("a", ready("ready"));
    String unrecorded = done("unrecorded");
    closed("unrecorded");
    Runs.RunTicket again = restart("unrecorded");
    ledger.runs().conclude(again, ended(RunStatus.OK, TaskState.AWAY));
    done("owing");
    ledger.tasks().hold(key("owing"), "odd", "look", List.of(NOTE));
    closed("owing");
    done("running");
    closed("running");
    restart("running");
    now = now.plus(Duration.ofDays(80));
    done("young");
    closed("young");
    now = now.plus(Duration.ofDays(11));

    assertThat(ledger.pruning().forget(before())).isZero();
    assertThat(List.of("in review", "ready", "unrecorded", "owing", "running", "young"))
        .allMatch(this::knows);
    assertThat(ledger.runs().find(unrecorded)).isPresent();
  }

  private Runs.RunTicket restart(String id) {
    seeChanged("c", ready(id));
    return begin(id);
  }

  @Test
  void keepsWhatThisMonthsBudgetCounts() {
    now = Instant.parse("2026-11-01T10:00:00Z");
    done("1");
    closed("1");
    now = Instant.parse("2026-11-30T10:00:00Z");
    assertThat(ledger.pruning().forget(now.minus(Duration.ofDays(7)))).isZero();
    now = Instant.parse("2026-12-01T10:00:00Z");
    assertThat(ledger.pruning().forget(now.minus(Duration.ofDays(7)))).isOne();
  }

  @Test
  void forgetsThousands() {
    List<String> ids = IntStream.range(0, 1_001).mapToObj(n -> "t" + n).toList();
    seeAll(ids.stream().map(LedgerContract::ready).toArray(dev.nightdesk.spi.Task[]::new));
    seeAll();
    assertThat(ledger.pruning().forget(now)).isEqualTo(1_001);
  }

  @Test
  void forgetsOldAlerts() {
    ledger.switches().alert(Optional.empty(), WORKER, "old");
    now = now.plus(Duration.ofDays(91));
    ledger.switches().alert(Optional.empty(), WORKER, "new");

    assertThat(ledger.pruning().forgetAlerts(before())).isOne();
    assertThat(ledger.pruning().forgetAlerts(before())).isZero();
  }
}
