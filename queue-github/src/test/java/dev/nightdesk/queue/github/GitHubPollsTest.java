package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a poll costs, and what it must not miss. */
class GitHubPollsTest extends GitHubStage {

  @Test
  void asksOnceAndOnConditionWhereNothingChangedAmongTenThousand() throws Exception {
    List<String> ids =
        person().puts(IntStream.range(0, 10_000).mapToObj(i -> Draft.of("task " + i)).toList());
    ids.forEach(this::longAgo);
    Poll first = whole();
    assertThat(first.tasks()).hasSize(10_000);
    assertThat(github().requests()).as("a whole listing").hasSize(101);
    Optional<String> cursor = queue().poll(first.cursor()).cursor();
    github().forget();
    Poll idle = queue().poll(cursor);
    assertThat(idle.tasks()).isEmpty();
    assertThat(idle.whole()).isFalse();
    assertThat(idle.cursor()).isEqualTo(cursor);
    assertThat(github().requests())
        .singleElement()
        .satisfies(request -> assertThat(request.header("If-None-Match")).isPresent());
  }

  @Test
  void losesNoTaskWhereOneIsClosedWhileItLists() throws Exception {
    List<String> ids =
        person().puts(IntStream.range(0, 250).mapToObj(i -> Draft.of("task " + i)).toList());
    AtomicBoolean closed = new AtomicBoolean();
    github()
        .instead(request -> {
          if (request.asked("after").isPresent() && closed.compareAndSet(false, true)) {
            close(ids.getFirst());
          }
          return Optional.empty();
        });
    assertThat(whole().tasks()).extracting(Task::id).containsExactlyElementsOf(ids.subList(1, 250));
  }

  private void close(String id) {
    try {
      person().closes(id);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hearsWhatAListingShowsLate() throws Exception {
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    github().trail = Duration.ofSeconds(2);
    String id = puts("late");
    String other = puts("other");
    longAgo(other);
    Poll early = queue().poll(cursor);
    assertThat(early.tasks()).extracting(Task::title).doesNotContain("late");
    github().trail = Duration.ZERO;
    assertThat(queue().poll(early.cursor()).tasks()).extracting(Task::id).contains(id);
  }

  @Test
  void hearsAChangeWithinTheSameSecond() throws Exception {
    String id = puts("one");
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    person().renames(id, "two");
    assertThat(queue().poll(cursor).tasks()).extracting(Task::title).containsExactly("two");
  }

  @Test
  void leavesOutPullRequestsAndWhatPeopleSayThere() throws Exception {
    String pull = puts("a pull request");
    synchronized (github()) {
      github().issues.get(pull).json.putObject("pull_request").put("url", "https://x");
    }
    Poll first = whole();
    assertThat(first.tasks()).isEmpty();
    assertThat(queue().find(pull)).isEmpty();
    person().comments(pull, "looks good");
    Poll next = queue().poll(first.cursor());
    assertThat(next.tasks()).isEmpty();
    assertThat(next.comments()).isEmpty();
  }

  @Test
  void takesOnlyIssuesWithItsLabelAndSeesWhenOneLosesIt() throws Exception {
    TaskQueue queue = open(Map.of("GITHUB_LABEL", "agent"));
    String id = person().puts(Draft.of("mine").labels("agent"));
    puts("not mine");
    Poll first = queue.poll(Optional.empty());
    assertThat(first.tasks()).extracting(Task::id).containsExactly(id);
    synchronized (github()) {
      CannedIssues.Issue issue = github().issues.get(id);
      issue.labels.clear();
      github().issues.touch(issue);
    }
    assertThat(queue.poll(first.cursor()).tasks())
        .filteredOn(task -> task.id().equals(id))
        .extracting(Task::standing)
        .containsExactly(Standing.CLOSED);
  }

  @Test
  void startsAnewWithTheCursorOfOtherSettings() throws Exception {
    Optional<String> cursor = whole().cursor();
    assertThat(open(Map.of("GITHUB_LABEL", "agent")).poll(cursor).whole()).isTrue();
  }

  @Test
  void repeatsWhatIsRecentAfterARestartButForgetsNothing() throws Exception {
    Optional<String> cursor = whole().cursor();
    String id = puts("written meanwhile");
    assertThat(open(Map.of()).poll(cursor).tasks()).extracting(Task::id).containsExactly(id);
  }

  @Test
  void seesWhenATaskThatIsWorkedOnIsTransferred() throws Exception {
    String id = puts("moves away");
    queue().claim(id, List.<Entry>of(note("k:1", "Working on it")));
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    github().issues.get(id).gone = 301;
    assertThat(queue().poll(cursor).tasks())
        .extracting(Task::id, Task::standing)
        .containsExactly(org.assertj.core.api.Assertions.tuple(id, Standing.CLOSED));
    assertThat(queue().find(id)).isEmpty();
  }

  @Test
  void followsNoLinkToAnotherServer() throws Exception {
    puts("there");
    github()
        .instead(request ->
            Optional.of(
                Reply.of(200, "[]").with("Link", "<http://192.0.2.1/steal>; rel=\"next\"")));
    assertThat(failure(this::whole).getMessage()).contains("another server");
  }
}
