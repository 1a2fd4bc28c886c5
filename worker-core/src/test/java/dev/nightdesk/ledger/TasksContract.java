package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

abstract class TasksContract extends LedgerContract {
  private static final Entry.Move BACK = new Entry.Move("reply-1", Standing.READY);

  @Test
  void remembersWhatAQueueSaysOfATask() {
    Instant then = Instant.parse("2026-11-20T08:15:30.123Z");
    seeAll(
        Task.of("1", "Write \u0000 it\u202e 🎉", Standing.READY)
            .priority(4)
            .due(Optional.of(then))
            .author(Optional.of(new Author("u7", Optional.empty(), "Ann", false)))
            .url(Optional.of(URI.create("https://example.org/1")))
            .round(Optional.of("2026-11-20"))
            .createdAt(Optional.of(then))
            .updatedAt(Optional.of(then.plusSeconds(1)))
            .build());

    TaskRow row = row("1");
    assertThat(row.title()).isEqualTo("Write \uFFFD it\u202e 🎉");
    assertThat(row.priority()).isEqualTo(4);
    assertThat(row.due()).contains(then);
    assertThat(row.authorId()).contains("u7");
    assertThat(row.url()).contains("https://example.org/1");
    assertThat(row.round()).contains("2026-11-20");
    assertThat(row.createdAt()).contains(then);
    assertThat(row.updatedAt()).contains(then.plusSeconds(1));
    assertThat(row.state()).isEqualTo(TaskState.READY);
    assertThat(row.nextCause()).isEqualTo(Cause.NEW);
  }

  @Test
  void keepsATitleOfAnyLength() {
    seeAll(Task.of("1", "x".repeat(1_999) + "🎉".repeat(50_000), Standing.READY).build());

    assertThat(row("1").title()).hasSizeLessThan(2_100).endsWith("x…");
  }

  @Test
  void storesNoTaskThatWasNeverReady() {
    for (Standing standing : Standing.values()) {
      seeAll(task("1", standing));
      assertThat(ledger.tasks().find(key("1")).isPresent()).isEqualTo(standing == Standing.READY);
      if (standing == Standing.READY) {
        forget();
      }
    }
  }

  private void forget() {
    url = freshDatabase();
    home = folder.resolve("other");
    ledger = open(home);
  }

  @Test
  void namesTheMostUrgentFirst() {
    Instant day = Instant.parse("2026-11-20T00:00:00Z");
    seeAll(
        Task.of("none", "", Standing.READY).build(),
        Task.of("old", "", Standing.READY).createdAt(Optional.of(day)).build(),
        Task.of("older", "", Standing.READY).createdAt(Optional.of(day.minusSeconds(1))).build(),
        Task.of("due", "", Standing.READY).due(Optional.of(day.plusSeconds(9))).build(),
        Task.of("duer", "", Standing.READY).due(Optional.of(day)).build(),
        Task.of("urgent", "", Standing.READY).priority(1).build());

    assertThat(ledger.tasks().ready(WORKER, 10))
        .extracting(TaskRow::key)
        .extracting(TaskKey::id)
        .containsExactly("urgent", "duer", "due", "older", "old", "none");
    assertThat(ledger.tasks().ready(WORKER, 2)).hasSize(2);
    assertThat(ledger.tasks().ready("another", 2)).isEmpty();
    assertThat(ledger.tasks().list(Optional.empty(), false, 9).getFirst().key().id())
        .isEqualTo("urgent");
  }

  @Test
  void waitsUntilTheTimeHasCome() {
    seeAll(ready("1"));
    ledger.tasks().postpone(key("1"), "blocked by 2", now.plusSeconds(60));

    assertThat(ledger.tasks().ready(WORKER, 9)).isEmpty();
    assertThat(row("1").waitReason()).contains("blocked by 2");

    now = now.plusSeconds(60);
    assertThat(ledger.tasks().ready(WORKER, 9)).extracting(TaskRow::key).containsExactly(key("1"));
  }

  @Test
  void looksAgainAtATaskThatAPersonChanged() {
    seeAll(ready("1"), ready("2"));
    ledger.tasks().postpone(key("1"), "blocked", now.plusSeconds(600));
    ledger.tasks().postpone(key("2"), "blocked", now.plusSeconds(600));

    seeAll(Task.of("1", "Task 1", Standing.READY).description("clearer").build(), ready("2"));

    assertThat(ledger.tasks().ready(WORKER, 9)).extracting(TaskRow::key).containsExactly(key("1"));
    assertThat(row("1").waitReason()).isEmpty();
    assertThat(row("2").waitReason()).contains("blocked");
  }

  @Test
  void keepsTheBackoffOfATaskThatAPersonChanged() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), retry(now.plusSeconds(10)));

    seeAll(Task.of("1", "another title", Standing.READY).build());

    assertThat(row("1").title()).isEqualTo("another title");
    assertThat(row("1").notBefore()).contains(now.plusSeconds(10));
    assertCause("1", Cause.RETRY);
  }

  @Test
  void remembersHowFarItHasRead() {
    assertThat(ledger.tasks().cursor(WORKER)).isEmpty();
    seeChanged("c1");
    assertThat(ledger.tasks().cursor(WORKER)).contains("c1");
    seeChanged("c2");
    assertThat(ledger.tasks().cursor(WORKER)).contains("c2");
    seeAll();
    assertThat(ledger.tasks().cursor(WORKER)).isEmpty();
  }

  /** Or it would be forgotten: the cursor of whoever saw it come is past it. */
  @Test
  void takesNothingForGoneThatAnotherWorkerSawWhileAllWasListed() {
    seeChanged("c1", ready("1"));
    Poll all = new Poll(List.of(ready("1")), List.of(), true, Optional.of("c1"));
    seeChanged("c2", ready("2"));

    assertThat(ledger.tasks().see(WORKER, all, Optional.of("c1"))).isEmpty();

    assertState("2", TaskState.READY);
    assertThat(ledger.tasks().cursor(WORKER)).contains("c2");
  }

  @Test
  void goesOnFromWhatIsStoredAndNotFromAPollThatAnotherWorkerOvertook() {
    seeChanged("c1", ready("1"));
    Poll slow = new Poll(List.of(ready("1")), List.of(), false, Optional.of("c9"));
    seeChanged("c2", task("1", Standing.CLOSED));

    assertThat(ledger.tasks().see(WORKER, slow, Optional.of("c1"))).isEmpty();

    assertState("1", TaskState.AWAY);
    assertThat(ledger.tasks().cursor(WORKER)).contains("c2");
  }

  @Test
  void holdsATaskOnceForOneReason() {
    seeAll(ready("1"));
    Entry note = new Entry.Note("k1", "Held.", "");

    assertThat(ledger.tasks().hold(key("1"), "no budget", "raise it", List.of(note))).isTrue();
    assertThat(ledger.tasks().hold(key("1"), "no budget", "raise it", List.of(note))).isFalse();
    assertThat(ledger.tasks().hold(key("1"), "another", "x", List.of())).isTrue();

    assertState("1", TaskState.HELD);
    assertThat(row("1").holdReason()).contains("another");
    assertThat(ledger.outbox().pending(key("1"))).hasSize(1);
    assertThat(ledger.tasks().ready(WORKER, 9)).isEmpty();
  }

  @Test
  void startsOverWhenAPersonResetsATask() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), ended(RunStatus.ERROR, TaskState.FAILED));
    ledger.tasks().hold(key("1"), "no", "do", List.of());

    ledger.tasks().reset(key("1"), Cause.MANUAL, true);
    assertState("1", TaskState.READY);
    assertCause("1", Cause.MANUAL);
    assertThat(row("1").attempts()).isZero();
    assertThat(row("1").holdReason()).isEmpty();
    assertThat(row("1").session()).contains("session-1");
    assertThat(runsInWindow("1")).isZero();

    ledger.tasks().reset(key("1"), Cause.MANUAL, false);
    assertThat(row("1").session()).isEmpty();
  }

  @Test
  void startsNothingOverForSomebodyWhoSleptThroughARun() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));
    TaskRow read = ledger.tasks().find(key("1")).orElseThrow();
    ledger.tasks().startOver(read);
    assertState("1", TaskState.READY);
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));

    ledger.tasks().startOver(read);

    assertState("1", TaskState.REVIEW);
  }

  @Test
  void goesOnWithTheSessionAfterAReply() {
    seeAll(ready("1"));
    now = now.plusSeconds(1);
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));

    assertThat(ledger.tasks().reply(key("1"), BACK)).isTrue();

    assertState("1", TaskState.READY);
    assertCause("1", Cause.REPLY);
    assertThat(row("1").session()).contains("session-1");
    assertThat(row("1").attempts()).isZero();
    assertThat(runsInWindow("1")).isOne();
    seeAll(task("1", Standing.REVIEW));
    assertState("1", TaskState.READY);
    assertThat(ledger.outbox().pending(key("1")))
        .extracting(Outbox.Pending::entry)
        .containsExactly(BACK);
  }

  @Test
  void actsOnAReplyOnce() {
    seeAll(ready("1"));
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));
    ledger.tasks().reply(key("1"), BACK);
    ledger.runs().conclude(begin("1"), ended(RunStatus.OK, TaskState.REVIEW));

    assertThat(ledger.tasks().reply(key("1"), BACK)).isFalse();

    assertState("1", TaskState.REVIEW);
  }

  @Test
  void repliesToNothingThatHasNotEnded() {
    seeAll(ready("1"));
    begin("1");

    assertThat(ledger.tasks().reply(key("1"), BACK)).isFalse();

    assertState("1", TaskState.RUNNING);
    assertThat(ledger.outbox().pending(key("1"))).isEmpty();
  }

  private int runsInWindow(String id) {
    return ledger.runs().start(key(id), start -> start.facts().runsInWindow());
  }
}
