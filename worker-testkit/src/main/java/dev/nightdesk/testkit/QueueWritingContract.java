package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Claiming, delivering and adding: each write stands once, and no person is overruled. */
abstract class QueueWritingContract extends QueueReadingContract {
  private static final int CLAIMANTS = 20;

  @Test
  public final void claimsAReadyTaskForAllToSee() throws Exception {
    String id = person().puts(Draft.of("to do"));
    Entry.Note note = note("Working on it");
    Claim claim = queue().claim(id, List.of(note));
    assertThat(claim).isInstanceOf(Claim.Taken.class);
    assertThat(((Claim.Taken) claim).receipts()).extracting(Receipt::key).contains(note.key());
    assertThat(found(id).standing()).isEqualTo(Standing.WORKING);
    assertThat(bodies(id)).singleElement().asString().contains("Working on it");
    assertThat(written(id, note)).isEqualTo(1);
  }

  @Test
  public final void letsOnlyOneOfManyClaimATask() throws Exception {
    needs(Ability.EXCLUSIVE_CLAIM);
    String id = person().puts(Draft.of("wanted"));
    TaskQueue stranger = openAnother();
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Claim>> claims = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLAIMANTS; i++) {
        TaskQueue claimant = i % 2 == 0 ? queue() : stranger;
        Entry note = note("Working on it, " + i);
        claims.add(
            threads.submit(() -> {
              start.await();
              return claimant.claim(id, List.of(note));
            }));
      }
      start.countDown();
    }
    List<Claim> answers = new ArrayList<>();
    for (Future<Claim> claim : claims) {
      answers.add(claim.get());
    }
    assertThat(answers).filteredOn(Claim.Taken.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(Claim.Refused.class::isInstance).hasSize(CLAIMANTS - 1);
    assertThat(bodies(id)).hasSize(1);
  }

  @Test
  public final void takesARepeatedClaimForTheSame() throws Exception {
    String id = person().puts(Draft.of("to do"));
    List<Entry> entries = List.of(note("Working on it"));
    queue().claim(id, entries);
    assertThat(queue().claim(id, entries)).isInstanceOf(Claim.Taken.class);
    assertThat(openAnother().claim(id, entries)).isInstanceOf(Claim.Taken.class);
    assertThat(bodies(id)).hasSize(1);
  }

  @Test
  public final void refusesToClaimWhatIsNotReady() throws Exception {
    for (Standing standing :
        List.of(Standing.WORKING, Standing.REVIEW, Standing.FAILED, Standing.HELD)) {
      String id = person().puts(Draft.of("is " + standing));
      person().moves(id, standing);
      assertThat(queue().claim(id, List.of(note("mine")))).isInstanceOf(Claim.Refused.class);
      assertThat(found(id).standing()).isEqualTo(standing);
      assertThat(bodies(id)).isEmpty();
    }
  }

  @Test
  public final void answersGoneWhereThereIsNothingToClaim() throws Exception {
    String closed = person().puts(Draft.of("closed"));
    person().closes(closed);
    assertThat(queue().claim(closed, List.of(note("mine")))).isEqualTo(new Claim.Gone());
    assertThat(queue().claim("999999999", List.of(note("mine")))).isEqualTo(new Claim.Gone());
    assertThat(queue().claim("nonsense", List.of(note("mine")))).isEqualTo(new Claim.Gone());
  }

  @Test
  public final void doesNotTakeATaskBackFromWhoClaimedItLater() throws Exception {
    needs(Ability.EXCLUSIVE_CLAIM);
    String id = person().puts(Draft.of("to do"));
    List<Entry> early = List.of(note("Working on it, early"));
    queue().claim(id, early);
    person().moves(id, Standing.READY);
    assertThat(openAnother().claim(id, List.of(note("late")))).isInstanceOf(Claim.Taken.class);
    assertThat(queue().claim(id, early)).isInstanceOf(Claim.Refused.class);
  }

  @Test
  public final void movesATaskThroughItsLife() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().claim(id, List.of(note("Working on it")));
    for (Standing to :
        List.of(
            Standing.READY,
            Standing.HELD,
            Standing.READY,
            Standing.WORKING,
            Standing.FAILED,
            Standing.READY,
            Standing.WORKING,
            Standing.REVIEW)) {
      queue().deliver(id, List.of(note("now " + to), move(to)));
      assertThat(found(id).standing()).isEqualTo(to);
    }
    assertThat(bodies(id)).hasSize(9);
  }

  @Test
  public final void deliversOnceHoweverOftenItIsAsked() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().claim(id, List.of(note("Working on it")));
    List<Entry> entries = List.of(note("first"), note("second"), move(Standing.REVIEW));
    List<Receipt> once = queue().deliver(id, entries);
    List<Receipt> again = openAnother().deliver(id, entries);
    assertThat(once)
        .extracting(Receipt::key)
        .containsExactlyElementsOf(entries.stream().map(Entry::key).toList());
    assertThat(again).containsExactlyElementsOf(once);
    assertThat(bodies(id)).hasSize(3);
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
  }

  @Test
  public final void keepsTheOrderAndTheKeysOfWhatItWrites() throws Exception {
    String id = person().puts(Draft.of("to do"));
    Entry.Note first = note("first");
    Entry.Note last = note("last");
    Entry.Link link =
        new Entry.Link(key("link"), URI.create("https://example.org/result"), "the result");
    queue().deliver(id, List.of(first));
    queue().deliver(id, List.of(last, link));
    List<Comment> comments = queue().comments(id, Optional.empty());
    assertThat(comments.stream().flatMap(comment -> comment.key().stream()))
        .containsSubsequence(first.key(), last.key());
    assertThat(comments.getFirst().body()).contains("first");
  }

  @Test
  public final void keepsTheLabelsThatPeopleGave() throws Exception {
    needs(Ability.LABELS);
    String id = person().puts(Draft.of("labelled").labels("home"));
    queue().claim(id, List.of(note("Working on it")));
    person().labels(id, "added meanwhile");
    queue().deliver(id, List.of(note("done"), move(Standing.REVIEW)));
    assertThat(found(id).labels()).contains("home", "added meanwhile");
  }

  @Test
  public final void doesNotReopenWhatAPersonClosed() throws Exception {
    for (Standing to : List.of(Standing.REVIEW, Standing.FAILED, Standing.HELD, Standing.READY)) {
      String id = person().puts(Draft.of("closed before " + to));
      queue().claim(id, List.of(note("Working on it")));
      person().closes(id);
      assertThatExceptionOfType(QueueException.class)
          .isThrownBy(() -> queue().deliver(id, List.of(note("done"), move(to))))
          .extracting(QueueException::kind)
          .isEqualTo(QueueException.Kind.GONE);
      assertThat(queue().find(id).map(Task::standing))
          .isIn(Optional.empty(), Optional.of(Standing.CLOSED));
    }
  }

  @Test
  public final void doesNotUndoWhatAPersonDidAfterADelivery() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().claim(id, List.of(note("Working on it")));
    List<Entry> entries = List.of(note("done"), move(Standing.REVIEW));
    queue().deliver(id, entries);
    person().moves(id, Standing.READY);
    queue().deliver(id, entries);
    assertThat(found(id).standing()).isEqualTo(Standing.READY);
    assertThat(bodies(id)).hasSize(2);
  }

  @Test
  public final void saysThatATaskIsGone() {
    for (String id : List.of("999999999", "nonsense")) {
      assertThatExceptionOfType(QueueException.class)
          .isThrownBy(() -> queue().deliver(id, List.of(note("done"))))
          .extracting(QueueException::kind)
          .isEqualTo(QueueException.Kind.GONE);
    }
  }

  @Test
  public final void keepsALongNoteOrSaysWhereItIsWhole() throws Exception {
    String id = person().puts(Draft.of("to do"));
    String body = "Long. " + "0123456789\n".repeat(100_000) + "The end.";
    queue().deliver(id, List.of(note(body)));
    String kept = bodies(id).getFirst();
    assertThat(kept).startsWith("Long. ");
    assertThat(kept.contains("The end.") || kept.contains("The whole text is elsewhere.")).isTrue();
  }

  @Test
  public final void bearsEveryCharacterInANote() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().deliver(id, List.of(note("nul \0, half \uD83D, bell \7, \u202E, rocket \uD83D\uDE80")));
    assertThat(bodies(id)).singleElement().asString().startsWith("nul ").contains("rocket");
  }

  @Test
  public final void addsATask() throws Exception {
    String id = queue().add(new NewTask("added", "with a text", List.of(), 0));
    Task task = found(id);
    assertThat(task.title()).isEqualTo("added");
    assertThat(task.description()).isEqualTo("with a text");
    assertThat(task.standing()).isEqualTo(Standing.READY);
    assertThat(listed()).contains(task);
  }

  @Test
  public final void addsATaskWithLabelsAndPriorityOrSaysThatItCannot() throws Exception {
    NewTask task = new NewTask("added", "", List.of("home", "b c"), 3);
    if (can(Ability.LABELS) && can(Ability.PRIORITY)) {
      String id = queue().add(task);
      assertThat(found(id).labels()).contains("home", "b c");
      assertThat(found(id).priority()).isPositive();
    } else {
      assertThatExceptionOfType(QueueException.class)
          .isThrownBy(() -> queue().add(task))
          .extracting(QueueException::kind)
          .isEqualTo(QueueException.Kind.FIX_SETTINGS);
      assertThat(listed()).isEmpty();
    }
  }
}
