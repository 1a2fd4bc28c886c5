package dev.nightdesk.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Listing, finding, and hearing what changed. */
abstract class QueueReadingContract extends QueueContract {
  private static final int MANY = 10_000;

  @Test
  public final void listsEveryOpenTask() throws Exception {
    List<String> ids = person().puts(List.of(Draft.of("one"), Draft.of("two"), Draft.of("three")));
    Poll poll = queue().poll(Optional.empty());
    assertThat(poll.whole()).isTrue();
    assertThat(poll.tasks()).extracting(Task::id).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(poll.tasks()).extracting(Task::standing).containsOnly(Standing.READY);
  }

  @Test
  public final void listsNothingWhereThereIsNothing() throws Exception {
    assertThat(listed()).isEmpty();
  }

  @Test
  public final void givesATaskAsThePersonWroteIt() throws Exception {
    String id = person().puts(Draft.of("A title, ünï").description("First line\n\n- second\n"));
    Task task = found(id);
    assertThat(task.title()).isEqualTo("A title, ünï");
    assertThat(task.description().strip()).isEqualTo("First line\n\n- second");
    assertThat(listed()).contains(task);
  }

  @Test
  public final void listsTheMostUrgentFirst() throws Exception {
    needs(Ability.PRIORITY);
    person().puts(List.of(Draft.of("calm"), Draft.of("urgent").priority(2), Draft.of("calm too")));
    assertThat(listed()).extracting(Task::title).containsExactly("urgent", "calm", "calm too");
    assertThat(listed().getFirst().priority()).isPositive();
  }

  @Test
  public final void ordersByDateWherePrioritiesAreTheSame() throws Exception {
    needs(Ability.DUE);
    Instant soon = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS);
    person()
        .puts(
            List.of(
                Draft.of("whenever"),
                Draft.of("later").due(soon.plus(5, ChronoUnit.DAYS)),
                Draft.of("soon").due(soon)));
    assertThat(listed()).extracting(Task::title).containsExactly("soon", "later", "whenever");
  }

  @Test
  public final void givesTheLabels() throws Exception {
    needs(Ability.LABELS);
    String id = person().puts(Draft.of("labelled").labels("home", "a b"));
    assertThat(found(id).labels()).contains("home", "a b");
  }

  @Test
  public final void tellsWhichTaskStopsItsWorkersWhereverItStands() throws Exception {
    needs(Ability.LABELS);
    Optional<String> cursor = queue().poll(Optional.empty()).cursor();
    for (Standing standing : List.of(Standing.READY, Standing.REVIEW, Standing.FAILED)) {
      String id = person().puts(Draft.of("stop " + standing));
      person().moves(id, standing);
      person().labels(id, Task.STOP_LABEL);
      assertThat(queue().poll(cursor).tasks())
          .filteredOn(Task::stops)
          .extracting(Task::id)
          .containsExactly(id);
      assertThat(listed()).filteredOn(Task::stops).extracting(Task::id).containsExactly(id);
      cursor = queue().poll(Optional.empty()).cursor();
      person().closes(id);
      Poll after = queue().poll(cursor);
      assertThat(after.tasks()).noneMatch(Task::stops);
      assertThat(listed()).noneMatch(Task::stops);
      cursor = queue().poll(Optional.empty()).cursor();
    }
  }

  @Test
  public final void reportsOnlyUnfinishedBlockers() throws Exception {
    needs(Ability.BLOCKERS);
    String first = person().puts(Draft.of("first"));
    String done = person().puts(Draft.of("done"));
    String last = person().puts(Draft.of("last").blockedBy(first, done));
    person().closes(done);
    assertThat(found(last).blockers()).containsExactly(new Blocker(first, "first"));
    person().closes(first);
    assertThat(found(last).blockers()).isEmpty();
  }

  @Test
  public final void leavesOutWhatIsClosed() throws Exception {
    String open = person().puts(Draft.of("open"));
    String closed = person().puts(Draft.of("closed"));
    person().closes(closed);
    assertThat(listed()).extracting(Task::id).containsExactly(open);
    assertThat(queue().find(closed).map(Task::standing))
        .isIn(Optional.empty(), Optional.of(Standing.CLOSED));
  }

  @Test
  public final void findsNothingWhereThereIsNoTask() throws Exception {
    person().puts(Draft.of("there"));
    for (String id :
        List.of("", "999999999", "nonsense", "-1", "' or 1=1 --", "../x", "é", "x".repeat(5000))) {
      assertThat(queue().find(id)).as(id).isEmpty();
    }
  }

  @Test
  public final void findsNothingOnceATaskWasDeleted() throws Exception {
    needs(Ability.DELETION);
    String id = person().puts(Draft.of("deleted"));
    person().deletes(id);
    assertThat(queue().find(id)).isEmpty();
    assertThat(listed()).isEmpty();
  }

  @Test
  public final void givesWhatAPersonChanged() throws Exception {
    String id = person().puts(Draft.of("before"));
    person().renames(id, "after");
    person().moves(id, Standing.REVIEW);
    assertThat(found(id).title()).isEqualTo("after");
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
    assertThat(listed()).contains(found(id));
  }

  @Test
  public final void givesOnlyWhatChanged() throws Exception {
    needs(Ability.CHANGES);
    List<String> ids =
        person().puts(List.of(Draft.of("same"), Draft.of("renamed"), Draft.of("closed")));
    String cursor = settled();
    person().renames(ids.get(1), "renamed again");
    person().closes(ids.get(2));
    String fresh = person().puts(Draft.of("new"));
    Poll poll = queue().poll(Optional.of(cursor));
    assertThat(poll.whole()).isFalse();
    assertThat(poll.tasks())
        .extracting(Task::title)
        .containsExactlyInAnyOrder("renamed again", "closed", "new");
    assertThat(poll.tasks())
        .filteredOn(task -> task.title().equals("closed"))
        .extracting(Task::standing)
        .containsExactly(Standing.CLOSED);
    assertThat(queue().poll(Optional.of(cursor)).tasks()).extracting(Task::id).contains(fresh);
  }

  @Test
  public final void givesATaskWhoseBlockerWasClosedAsChanged() throws Exception {
    needs(Ability.CHANGES);
    needs(Ability.BLOCKERS);
    String first = person().puts(Draft.of("first"));
    String waiting = person().puts(Draft.of("waiting").blockedBy(first));
    String cursor = settled();
    person().closes(first);
    assertThat(queue().poll(Optional.of(cursor)).tasks()).contains(found(waiting));
  }

  @Test
  public final void startsAnewWithACursorThatIsNotItsOwn() throws Exception {
    String id = person().puts(Draft.of("there"));
    Poll poll = queue().poll(Optional.of("not a cursor"));
    assertThat(poll.whole()).isTrue();
    assertThat(poll.tasks()).extracting(Task::id).containsExactly(id);
  }

  @Test
  public final void givesCommentsInTheirOrder() throws Exception {
    String id = person().puts(Draft.of("discussed"));
    person().comments(id, "first");
    person().comments(id, "second");
    person().comments(id, "third");
    List<Comment> all = queue().comments(id, Optional.empty());
    assertThat(all).extracting(Comment::body).containsExactly("first", "second", "third");
    assertThat(all).extracting(Comment::taskId).containsOnly(id);
    assertThat(all).extracting(Comment::key).containsOnly(Optional.empty());
    assertThat(queue().comments(id, Optional.of(all.get(2).createdAt())))
        .extracting(Comment::body)
        .contains("third");
    assertThat(queue().comments(id, Optional.of(Instant.now().plus(1, ChronoUnit.DAYS)))).isEmpty();
  }

  @Test
  public final void givesNewCommentsInAPoll() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = person().puts(Draft.of("discussed"));
    person().comments(id, "old");
    String cursor = settled();
    person().comments(id, "new");
    List<Comment> heard = new ArrayList<>();
    await()
        .atMost(30, SECONDS)
        .until(() -> {
          heard.addAll(queue().poll(Optional.of(cursor)).comments());
          return !heard.isEmpty();
        });
    assertThat(heard).extracting(Comment::body).containsOnly("new");
    assertThat(heard).extracting(Comment::taskId).containsOnly(id);
  }

  @Test
  public final void listsTenThousandOpenTasks() throws Exception {
    person().puts(IntStream.range(0, MANY).mapToObj(i -> Draft.of("task " + i)).toList());
    Poll poll = queue().poll(Optional.empty());
    assertThat(poll.tasks()).hasSize(MANY);
    assertThat(poll.tasks()).extracting(Task::id).doesNotHaveDuplicates();
  }

  @Test
  public final void bearsEveryTitle() throws Exception {
    StringBuilder controls = new StringBuilder("controls ");
    for (char c = 1; c < 0xA0; c++) {
      controls.append(c < ' ' || c >= 0x7F ? Character.toString(c) : "");
    }
    List<String> titles =
        new ArrayList<>(
            List.of(
                controls.toString(),
                "emoji \uD83D\uDE80 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
                "right \u202Eto left\u202C",
                "--help",
                "$(touch /tmp/x) `id` ; rm -rf / | cat",
                "'; drop table tasks; --",
                "<script>alert(1)</script> & \"quotes\"",
                "x".repeat(100_000)));
    if (can(Ability.EMPTY_TITLE)) {
      titles.add("");
    }
    List<String> ids = person().puts(titles.stream().map(Draft::of).toList());
    assertThat(listed()).extracting(Task::id).containsExactlyInAnyOrderElementsOf(ids);
    for (String id : ids) {
      assertThat(found(id).id()).isEqualTo(id);
    }
    assertThat(found(ids.get(3)).title()).isEqualTo("--help");
    assertThat(found(ids.get(5)).title()).isEqualTo("'; drop table tasks; --");
  }
}
