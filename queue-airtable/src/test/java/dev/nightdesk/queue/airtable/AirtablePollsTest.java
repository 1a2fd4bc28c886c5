package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a poll hears, and when. */
class AirtablePollsTest extends AirtableStage {

  private List<String> many(int count) throws Exception {
    return fixture()
        .person()
        .puts(IntStream.range(0, count).mapToObj(i -> Draft.of("task " + i)).toList());
  }

  /** So long ago that nothing counts as changed just now. */
  private void ages() {
    service().table.age(Duration.ofHours(1));
  }

  @Test
  void tellsAReplyUntilItWasHeard() throws Exception {
    String id = many(1).getFirst();
    fixture().person().moves(id, Standing.REVIEW);
    Poll poll = after(poll());
    fixture().person().comments(id, "and in blue?");
    assertThat(after(poll).comments()).hasSize(1);
    assertThat(after(poll).comments()).as("its cursor did not come back").hasSize(1);
    assertThat(after(after(poll)).comments()).isEmpty();
  }

  @Test
  void hearsWhatWasSaidWhileNobodyPolled() throws Exception {
    String id = many(1).getFirst();
    fixture().person().moves(id, Standing.REVIEW);
    Poll last = after(poll());
    fixture().person().comments(id, "meanwhile");
    try (var later = open(Map.of())) {
      assertThat(later.poll(last.cursor()).comments())
          .extracting(Comment::body)
          .containsExactly("meanwhile");
    }
  }

  @Test
  void goesOnFromTheChangesThoughEverythingWasAskedForAfterThem() throws Exception {
    String id = many(1).getFirst();
    Poll changes = after(after(poll()));
    fixture().clock.advance(Duration.ofHours(25));
    assertThat(poll().whole()).isTrue();
    fixture().person().renames(id, "again");
    Poll next = after(changes);
    assertThat(next.whole()).isFalse();
    assertThat(next.tasks()).extracting(Task::title).containsExactly("again");
  }

  @Test
  void tellsEverythingAsItIsWhereItIsAskedAgain() throws Exception {
    List<String> ids = many(5);
    poll();
    fixture().person().closes(ids.get(0));
    fixture().person().renames(ids.get(1), "renamed");
    service().delete(ids.get(2));
    String fresh = fixture().person().puts(Draft.of("fresh"));
    service().forget();
    Poll again = poll();
    assertThat(service().requests()).hasSize(1);
    assertThat(again.whole()).isTrue();
    assertThat(again.tasks())
        .extracting(Task::id)
        .containsExactlyInAnyOrder(ids.get(1), ids.get(3), ids.get(4), fresh);
    assertThat(again.tasks()).extracting(Task::title).contains("renamed");
  }

  @Test
  void listsAnewAfterADayWhatItDidNotNotice() throws Exception {
    List<String> ids = many(100);
    ages();
    after(poll());
    for (String id : ids) {
      service().table.find(id).orElseThrow().fields().put(service().table.id("Notes"), "computed");
    }
    fixture().clock.advance(Duration.ofHours(25));
    assertThat(poll().tasks()).hasSize(100).allMatch(task -> task.description().equals("computed"));
  }

  @Test
  void hearsEveryReplyBesideWhatItSaysItself() throws Exception {
    String id = many(1).getFirst();
    fixture().person().moves(id, Standing.WORKING);
    Poll poll = after(poll());
    fixture().person().comments(id, "one");
    queue().deliver(id, List.of(note("k1", "ours")));
    fixture().person().comments(id, "two");
    assertThat(after(poll).comments()).extracting(Comment::body).contains("one", "two");
  }

  @Test
  void hearsAReplyAfterACommentThatWasNotWritten() throws Exception {
    String id = many(1).getFirst();
    Poll poll = after(poll());
    service()
        .instead(request ->
            request.method().equals("POST") ? Optional.of(Reply.of(502, "")) : Optional.empty());
    refusal(() -> queue().deliver(id, List.of(note("k1", "ours"))));
    service().asUsual();
    fixture().person().comments(id, "still there?");
    assertThat(after(poll).comments()).extracting(Comment::body).containsExactly("still there?");
  }

  @Test
  void noticesInTurnsWhichOfManyReadyTasksWereDeleted() throws Exception {
    List<String> ids = many(250);
    ages();
    Poll poll = after(poll());
    service().delete(ids.get(3));
    service().delete(ids.get(245));
    List<String> gone = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      poll = after(poll);
      poll.tasks().stream()
          .filter(task -> task.standing() == Standing.CLOSED)
          .forEach(task -> gone.add(task.id()));
    }
    assertThat(gone).containsExactlyInAnyOrder(ids.get(3), ids.get(245));
  }

  @Test
  void hearsInTurnsWhereMoreWaitThanAPageHolds() throws Exception {
    List<String> ids = many(250);
    for (String id : ids) {
      fixture().person().moves(id, Standing.REVIEW);
    }
    ages();
    Poll poll = after(poll());
    fixture().person().comments(ids.get(3), "one");
    fixture().person().comments(ids.get(245), "other");
    int heard = 0;
    for (int i = 0; i < 4; i++) {
      poll = after(poll);
      heard += poll.comments().size();
    }
    assertThat(heard).isEqualTo(2);
  }

  @Test
  void hearsInAWholeListingWhatWasSaidSinceTheLastPoll() throws Exception {
    String id = many(1).getFirst();
    fixture().person().moves(id, Standing.REVIEW);
    after(poll());
    after(poll());
    Poll poll = after(poll());
    after(poll);
    fixture().person().comments(id, "just before");
    poll();
    assertThat(poll().comments()).extracting(Comment::body).containsExactly("just before");
  }

  @Test
  void doesNotAskForWhatItSaidItself() throws Exception {
    String id = many(1).getFirst();
    Poll poll = after(poll());
    queue().claim(id, List.of(note("k1", "Working on it")));
    queue().deliver(id, List.of(note("k2", "Done."), new Entry.Move("k3", Standing.REVIEW)));
    service().forget();
    assertThat(after(poll).tasks()).extracting(Task::standing).containsExactly(Standing.REVIEW);
    assertThat(service().requests()).hasSize(1);
  }

  @Test
  void losesNothingWhereListsTrailAWrite() throws Exception {
    List<String> ids = many(3);
    ages();
    Poll poll = after(poll());
    service().table.trail = Duration.ofMinutes(1);
    fixture().person().renames(ids.get(1), "renamed");
    String fresh = fixture().person().puts(Draft.of("fresh"));
    service().table.age(Duration.ofSeconds(30));
    Poll early = after(poll);
    assertThat(early.tasks()).isEmpty();
    service().table.trail = Duration.ZERO;
    assertThat(after(early).tasks())
        .extracting(Task::id)
        .containsExactlyInAnyOrder(ids.get(1), fresh);
  }

  @Test
  void noticesThatATaskWasDeletedWithinOnePoll() throws Exception {
    List<String> ids = many(200);
    queue().claim(ids.get(4), List.of(note("k", "Working on it")));
    Poll poll = after(poll());
    service().delete(ids.get(4));
    assertThat(after(poll).tasks())
        .filteredOn(task -> task.id().equals(ids.get(4)))
        .extracting(Task::standing)
        .containsExactly(Standing.CLOSED);
  }

  @Test
  void doesNotTakeARenamedStatusForAnEmptyTable() throws Exception {
    List<String> ids = many(3);
    Poll poll = after(poll());
    service().schema.statuses.set(0, "To do");
    for (String id : ids) {
      service().set(id, "Status", TextNode.valueOf("To do"));
    }
    QueueException refusal = refusal(() -> after(poll));
    assertThat(refusal.kind()).isEqualTo(QueueException.Kind.FIX_SETTINGS);
    assertThat(refusal).hasMessageContaining("AIRTABLE_READY_STATUS").hasMessageContaining("To do");
  }

  @Test
  void goesOnWhereAStatusWasAddedThatIsNoneOfIts() throws Exception {
    String id = many(1).getFirst();
    Poll poll = after(poll());
    service().schema.statuses.add("Parked");
    service().set(id, "Status", TextNode.valueOf("Parked"));
    assertThat(after(poll).tasks()).extracting(Task::standing).containsExactly(Standing.CLOSED);
  }

  @Test
  void startsAnewWithACursorThatItCannotGoOnFrom() throws Exception {
    many(1);
    Poll first = after(poll());
    Poll second = after(first);
    assertThat(second.whole()).isFalse();
    after(second);
    assertThat(after(first).whole()).as("from further back").isTrue();
    String other = "1:5:%d:1".formatted(time(second) + 60_000);
    assertThat(queue().poll(Optional.of(other)).whole()).as("of other settings").isTrue();
    try (var elsewhere = open(Map.of())) {
      assertThat(elsewhere.poll(second.cursor()).whole()).as("after a restart").isTrue();
    }
  }

  @Test
  void goesOnWithTheCursorOfAnotherWorkerOfItsName() throws Exception {
    String id = many(1).getFirst();
    after(poll());
    Poll mine = after(poll());
    after(mine);
    try (var elsewhere = open(Map.of())) {
      // The service's time is told in seconds.
      List<Poll> theirs = new ArrayList<>(List.of(elsewhere.poll(Optional.empty())));
      await()
          .until(() -> {
            theirs.add(elsewhere.poll(theirs.getLast().cursor()));
            return time(theirs.getLast()) > time(mine) + 999;
          });
      fixture().person().renames(id, "again");
      Poll next = queue().poll(theirs.getLast().cursor());
      assertThat(next.whole()).isFalse();
      assertThat(next.tasks()).extracting(Task::title).containsExactly("again");
    }
  }

  private static long time(Poll poll) {
    return Long.parseLong(poll.cursor().orElseThrow().split(":", -1)[2]);
  }
}
