package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many requests it takes. The adapter's page quotes these figures. */
class GitHubCostTest extends GitHubStage {

  @Test
  void polls10000TasksThatDidNotChangeWithOneRequestThatDoesNotCount() throws Exception {
    List<String> ids =
        person().puts(IntStream.range(0, 10_000).mapToObj(i -> Draft.of("task " + i)).toList());
    ids.forEach(this::longAgo);
    Poll first = whole();
    assertThat(first.tasks()).hasSize(10_000);
    assertThat(github().requests()).as("a whole listing").hasSize(101);
    Optional<String> cursor = queue().poll(first.cursor()).cursor();
    assertThat(github().requests()).as("and the first poll after it").hasSize(101 + 2 + 1);
    github().forget();
    int counted = github().counted();
    for (int i = 0; i < 3; i++) {
      Poll idle = queue().poll(cursor);
      assertThat(idle.tasks()).isEmpty();
      assertThat(idle.whole()).isFalse();
      assertThat(idle.cursor()).isEqualTo(cursor);
    }
    assertThat(github().requests()).hasSize(3);
    assertThat(github().counted()).isEqualTo(counted);
  }

  @Test
  void takes31RequestsInAQuarterOfAnHourWithoutWorkOfWhich3Count() throws Exception {
    person().puts(List.of(Draft.of("one"), Draft.of("two"))).forEach(this::longAgo);
    Optional<String> cursor = Optional.empty();
    for (int half = 0; half < 30; half++) {
      cursor = queue().poll(cursor).cursor();
    }
    // And once in a process, who the token's own user is.
    assertThat(github().requests()).hasSize(31 + 1);
    assertThat(github().counted()).isEqualTo(3 + 1);
  }

  @Test
  void takes15RequestsFromTheFirstSightOfATaskToItsReview() throws Exception {
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    String id = puts("one life");
    github().forget();
    queue().poll(cursor);
    queue().find(id);
    queue().comments(id, Optional.empty());
    queue().claim(id, List.of(note("k:1", "Working on it.")));
    queue().deliver(id, List.of(note("k:2", "Done."), new Entry.Move("k:3", Standing.REVIEW)));
    assertThat(github().requests()).hasSize(15);
    String issue = CannedGitHub.BASE + "/issues/" + id;
    assertThat(github().writes())
        .extracting(request -> request.method() + " " + request.path())
        .containsExactly(
            "POST " + issue + "/comments",
            "POST " + issue + "/labels",
            "POST " + issue + "/comments",
            "POST " + issue + "/labels",
            "DELETE " + issue + "/labels/agent-working");
  }
}
