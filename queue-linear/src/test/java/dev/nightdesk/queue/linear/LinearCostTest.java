package dev.nightdesk.queue.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Linear is asked for, and what it counts for that; the queue's page tells these figures. */
class LinearCostTest extends LinearStage {
  private static final int MANY = 10_000;

  private void forget() {
    linear().forget();
    linear().points();
  }

  @Test
  void asksOnceWhereNothingOfTenThousandTasksChanged() throws Exception {
    cursor();
    longAgo(person().puts(IntStream.range(0, MANY).mapToObj(i -> Draft.of("t" + i)).toList()));
    forget();
    Poll whole = queue().poll(Optional.empty());
    assertThat(whole.tasks()).hasSize(MANY);
    assertThat(linear().requests()).hasSize(100);
    assertThat(linear().points()).isEqualTo(515_000);

    Optional<String> cursor = whole.cursor();
    for (int i = 0; i < 3; i++) {
      forget();
      Poll poll = queue().poll(cursor);
      assertThat(poll.whole()).isFalse();
      assertThat(poll.tasks()).isEmpty();
      assertThat(linear().requests()).hasSize(1);
      assertThat(linear().requests().getFirst().body()).hasSizeLessThan(1_500);
      assertThat(linear().points()).isEqualTo(545);
      cursor = poll.cursor();
    }
    assertThat(cursor.orElseThrow()).hasSizeLessThan(100);
  }

  @Test
  void asksForTheTeamOnceInAWhile() throws Exception {
    cursor();
    assertThat(linear().requests()).hasSize(2);
    assertThat(linear().points()).isEqualTo(728 + 5_150);
    linear().forget();
    cursor();
    assertThat(linear().requests()).hasSize(1);
  }

  /** In the order in which a worker asks. */
  @Test
  void asksTwelveTimesForATask() throws Exception {
    Optional<String> cursor = cursor();
    String id = person().puts(Draft.of("to do"));
    forget();
    assertThat(queue().poll(cursor).tasks()).hasSize(1);
    assertThat(linear().requests()).hasSize(2);
    assertThat(linear().points()).isEqualTo(545 + 198);

    forget();
    queue().find(id);
    queue().comments(id, Optional.empty());
    assertThat(queue().claim(id, List.of(note("Working on it")))).isInstanceOf(Claim.Taken.class);
    queue().deliver(id, List.of(note("Done"), move(Standing.REVIEW)));
    assertThat(linear().requests()).hasSize(12);
    assertThat(linear().points()).isEqualTo(5_263);
  }

  @Test
  void asksOnceMoreForAllOfWhichAListHoldsOnlyAPart() throws Exception {
    cursor();
    Draft labelled = Draft.of("t").labels("a", "b", "c", "d", "e", "f", "g");
    person().puts(IntStream.range(0, 30).mapToObj(i -> labelled).toList());
    forget();
    assertThat(queue().poll(Optional.empty()).tasks())
        .hasSize(30)
        .allMatch(task -> task.labels().size() == 7);
    assertThat(linear().requests()).hasSize(1 + 2);
  }
}
