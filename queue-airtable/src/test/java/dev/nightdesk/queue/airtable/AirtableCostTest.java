package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many calls it takes, which Airtable counts by the month. The docs quote these numbers. */
class AirtableCostTest extends AirtableStage {

  private List<String> many(int count) throws Exception {
    List<String> ids =
        fixture()
            .person()
            .puts(IntStream.range(0, count).mapToObj(i -> Draft.of("task " + i)).toList());
    // So long ago that nothing counts as changed just now.
    service().table.age(Duration.ofHours(1));
    return ids;
  }

  /** A poll that makes so many requests. */
  private Poll poll(int requests, Optional<String> cursor) throws Exception {
    service().forget();
    Poll poll = queue().poll(cursor);
    assertThat(service().requests()).hasSize(requests);
    return poll;
  }

  @Test
  void listsTenThousandTasksOnceADayAndElseMakesOneRequest() throws Exception {
    List<String> ids = many(10_000);
    fixture().person().moves(ids.get(7), Standing.REVIEW);
    fixture().person().comments(ids.get(7), "before");
    service().table.age(Duration.ofHours(1));

    Poll poll = poll(1 + 100, Optional.empty());
    assertThat(poll.tasks()).hasSize(10_000);
    Poll idle = poll(1, poll.cursor());
    assertThat(idle.tasks()).isEmpty();
    assertThat(idle.whole()).isFalse();
    assertThat(service().requests()).extracting(Request::method).containsExactly("GET");
    assertThat(service().table.shown).as("records in the answer").isLessThan(100);

    fixture().person().closes(ids.get(1));
    poll = poll(1, idle.cursor());
    Poll whole = poll(0, Optional.empty());
    assertThat(whole.whole()).isTrue();
    assertThat(whole.tasks()).hasSize(9_999).extracting(Task::id).doesNotContain(ids.get(1));
    poll = poll(1, poll.cursor());

    fixture().person().comments(ids.get(7), "and in blue?");
    poll = poll(1 + 1 + 1, poll.cursor());
    assertThat(paths()).filteredOn(path -> path.endsWith("/comments")).hasSize(1);
    assertThat(paths()).as("once for ever").filteredOn(path -> path.endsWith("/whoami")).hasSize(1);
    assertThat(poll.comments()).extracting(Comment::body).containsExactly("and in blue?");

    poll(1, poll.cursor());
    fixture().clock.advance(Duration.ofHours(25));
    assertThat(poll(1 + 100, Optional.empty()).tasks()).hasSize(9_999);
  }

  @Test
  void takesTwelveRequestsFromReadyToReview() throws Exception {
    queue().comments(many(1).getFirst(), Optional.empty());
    Poll poll = after(poll());
    String id = fixture().person().puts(Draft.of("the one"));
    poll = poll(1, poll.cursor());
    assertThat(poll.tasks()).extracting(Task::id).containsExactly(id);
    service().forget();
    carry(queue(), id);
    assertThat(service().requests()).hasSize(12);
    assertThat(poll(1, poll.cursor()).tasks())
        .extracting(Task::standing)
        .containsExactly(Standing.REVIEW);
  }

  @Test
  void takesOneMoreForTheResultField() throws Exception {
    String id = many(1).getFirst();
    try (TaskQueue queue = open(Map.of("AIRTABLE_RESULT_FIELD", "Result"))) {
      queue.poll(Optional.empty());
      service().forget();
      carry(queue, id);
      assertThat(paths()).filteredOn(path -> !path.endsWith("/whoami")).hasSize(13);
    }
  }

  /** What a worker asks of a queue for a run that goes well. */
  private static void carry(TaskQueue queue, String id) throws Exception {
    queue.find(id);
    queue.comments(id, Optional.empty());
    queue.claim(id, List.of(note("k1", "Working on it")));
    queue.deliver(id, List.of(note("k2", "Done."), new Entry.Move("k3", Standing.REVIEW)));
  }

  @Test
  void makesTwoRequestsToStartAndOneForEachTaskThatWaitsForAPerson() throws Exception {
    List<String> ids = many(100);
    for (String id : ids.subList(0, 3)) {
      fixture().person().moves(id, Standing.REVIEW);
      fixture().person().comments(id, "hm");
    }
    String cursor = poll(2, Optional.empty()).cursor().orElseThrow();
    try (TaskQueue later = open(Map.of())) {
      service().forget();
      assertThat(later.poll(Optional.of(cursor)).comments()).hasSize(3);
      assertThat(paths()).filteredOn(path -> !path.endsWith("/whoami")).hasSize(2 + 3);
    }
  }

  @Test
  void makesFiveRequestsForDoctorAndOneForEachHundredTasks() throws Exception {
    many(101);
    queue().check();
    assertThat(service().requests()).hasSize(5 + 2);
  }
}
