package dev.nightdesk.queue.todoist;

import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Todoist is asked for; the queue's page tells these figures. */
class TodoistCostTest extends TodoistStage {
  private static final int MANY = 10_000;

  @Test
  void asksOnceWhereNothingOfTenThousandTasksChanged() throws Exception {
    fixture.person().puts(IntStream.range(0, MANY).mapToObj(i -> Draft.of("t" + i)).toList());
    Poll whole = queue.poll(Optional.empty());
    assertThat(whole.tasks()).hasSize(MANY);
    todoist.forget();

    Poll poll = queue.poll(whole.cursor());
    assertThat(poll.whole()).isFalse();
    assertThat(poll.tasks()).isEmpty();
    assertThat(todoist.requests()).hasSize(1);
    todoist.forget();

    assertThat(queue.poll(Optional.empty()).tasks()).hasSize(MANY);
    assertThat(todoist.requests()).hasSize(1 + MANY / TodoistClient.PAGE);
  }

  /** In the order in which a worker asks. */
  @Test
  void asksFourteenTimesForATask() throws Exception {
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    String id = puts("to do");
    assertThat(queue.poll(cursor).tasks()).hasSize(1);
    todoist.forget();

    queue.find(id);
    queue.comments(id, Optional.empty());
    assertThat(queue.claim(id, List.of(note("working")))).isInstanceOf(Claim.Taken.class);
    queue.deliver(id, List.of(note("done"), move("to-REVIEW", Standing.REVIEW)));
    assertThat(todoist.requests()).hasSize(14);
    assertThat(todoist.writes()).hasSize(4);
  }

  @Test
  void letsAllWorkersOfATokenWaitWhereOneWasToldTo() throws Exception {
    String id = puts("there");
    TodoistQueueProvider provider = new TodoistQueueProvider();
    Desk desk = new Desk("tester", Path.of("target"), InstantSource.system());
    try (TaskQueue first = provider.open(TodoistFixture.values(fixture.address()), desk);
        TaskQueue second = provider.open(TodoistFixture.values(fixture.address()), desk)) {
      answers("tasks", Reply.of(429, "{\"error_tag\":\"LIMITS_REACHED\"}"));
      fails(RETRY_LATER, () -> first.find(id));
      todoist.asUsual();
      todoist.forget();
      assertThat(fails(RETRY_LATER, () -> second.find(id)).after()).isPresent();
      assertThat(todoist.requests()).isEmpty();
      assertThat(queue.find(id)).as("with a pace of its own").isPresent();
    }
  }
}
