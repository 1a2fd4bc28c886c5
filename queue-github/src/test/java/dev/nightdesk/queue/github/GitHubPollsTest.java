package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a poll costs, and what it must not miss. */
class GitHubPollsTest extends GitHubStage {

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

  @Test
  void isStoppedByAnIssueWithoutItsOwnLabelToo() throws Exception {
    TaskQueue queue = open(Map.of("GITHUB_LABEL", "for-agents"));
    person().puts(Draft.of("task").labels("for-agents"));
    puts("somebody else's");
    Optional<String> before = queue.poll(Optional.empty()).cursor();
    String stop = person().puts(Draft.of("stop").labels("Agent-Stop"));

    for (Optional<String> cursor : List.of(before, Optional.<String>empty())) {
      assertThat(queue.poll(cursor).tasks())
          .filteredOn(Task::stops)
          .singleElement()
          .matches(task -> task.id().equals(stop) && task.standing() == Standing.HELD);
    }
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    person().deletes(stop);
    assertThat(queue.poll(cursor).tasks())
        .filteredOn(task -> task.id().equals(stop))
        .singleElement()
        .matches(task -> !task.stops());
    assertThat(queue.poll(Optional.empty()).tasks()).hasSize(1).noneMatch(Task::stops);
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
    String id = puts("late");
    String other = puts("other");
    synchronized (github()) {
      github().trail = Duration.ofSeconds(30);
      github().issues.get(other).written = Instant.EPOCH;
      Instant before = Instant.now().minusSeconds(30).truncatedTo(ChronoUnit.SECONDS);
      github().issues.get(id).json.put("updated_at", before.toString());
    }
    Poll early = queue().poll(cursor);
    assertThat(early.tasks()).extracting(Task::title).containsExactly("other");
    github().trail = Duration.ZERO;
    assertThat(queue().poll(early.cursor()).tasks()).extracting(Task::id).contains(id);
  }

  @Test
  void asksForCommentsAsWellWhileTheirListMayTrail() throws Exception {
    String id = puts("new");
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    github().trail = Duration.ofSeconds(30);
    person().comments(id, "heard late");
    Poll early = queue().poll(cursor);
    assertThat(early.comments()).isEmpty();
    github().trail = Duration.ZERO;
    Poll next = queue().poll(early.cursor());
    assertThat(next.comments()).extracting(Comment::body).containsExactly("heard late");
    longAgo(id);
    assertThat(queue().poll(next.cursor()).comments()).isEmpty();
  }

  @Test
  void seesThatAnOldTaskCanBeginWhenWhatItWaitedForIsClosed() throws Exception {
    String first = puts("first");
    String second = person().puts(Draft.of("second").blockedBy(first));
    longAgo(second);
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    person().closes(first);
    assertThat(queue().poll(cursor).tasks())
        .filteredOn(task -> task.id().equals(second))
        .singleElement()
        .satisfies(task -> assertThat(task.blockers()).isEmpty());
  }

  @Test
  void followsTheLinkOfAnAnswerThatSaysThatNothingChanged() throws Exception {
    String id = puts("talkative");
    person().comments(id, "one");
    queue().comments(id, Optional.empty());
    AtomicBoolean once = new AtomicBoolean();
    String next = "%s%s/issues/%s/comments".formatted(github().url(), CannedGitHub.BASE, id);
    Reply same = Reply.of(304, "").with("Link", "<" + next + "?after=1>; rel=\"next\"");
    github()
        .instead(request ->
            request.path().endsWith("/comments") && once.compareAndSet(false, true)
                ? Optional.of(same)
                : Optional.empty());
    github().forget();
    assertThat(queue().comments(id, Optional.empty())).hasSize(1);
    assertThat(github().requests()).hasSize(2);
  }

  @Test
  void doesNotTakeACommentThatSomebodyEditsForANewOne() throws Exception {
    String id = puts("discussed");
    person().comments(id, "long ago");
    synchronized (github()) {
      github().issues.comment(github().issues.get(id), "ann", "edited");
    }
    github().issues.ages(id);
    Poll first = whole();
    assertThat(queue().poll(first.cursor()).comments()).isEmpty();
    assertThat(queue().comments(id, Optional.of(Instant.now().minusSeconds(60)))).isEmpty();
  }

  @Test
  void losesNothingWhereAPollFailsAfterItsFirstPage() throws Exception {
    Optional<String> cursor = queue().poll(whole().cursor()).cursor();
    String id = puts("seen by half a poll");
    person().comments(id, "and heard");
    github()
        .instead(request ->
            request.path().endsWith("/issues/comments")
                ? Optional.of(Reply.of(500, ""))
                : Optional.empty());
    failure(() -> queue().poll(cursor));
    github().asUsual();
    Poll next = queue().poll(cursor);
    assertThat(next.tasks()).extracting(Task::id).containsExactly(id);
    assertThat(next.comments()).extracting(Comment::body).containsExactly("and heard");
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
    person().renames(pull, "a better pull request");
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
