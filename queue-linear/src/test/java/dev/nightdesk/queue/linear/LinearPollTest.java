package dev.nightdesk.queue.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.FaultProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listing all, and hearing what changed. */
class LinearPollTest extends LinearStage {

  @Test
  void listsAllPagesThoughTasksCloseMeanwhile() throws Exception {
    List<String> ids =
        person().puts(IntStream.range(0, 250).mapToObj(i -> Draft.of("t" + i)).toList());
    before(
        "\"after\"",
        () -> {
          person().closes(ids.get(249));
          person().closes(ids.get(70));
          person().renames(ids.get(60), "renamed");
        });
    List<Task> tasks = queue().poll(Optional.empty()).tasks();
    assertThat(tasks).extracting(Task::id).doesNotHaveDuplicates();
    assertThat(tasks).extracting(Task::id).containsAll(ids.subList(0, 69));
    assertThat(tasks).extracting(Task::id).containsAll(ids.subList(71, 249));
  }

  @Test
  void isStoppedByAnIssueInWhicheverState() throws Exception {
    TaskQueue queue = with(Map.of("LINEAR_READY_STATES", "Todo"));
    Optional<String> before = queue.poll(Optional.empty()).cursor();
    String stop = person().puts(Draft.of("stop").labels("Agent-Stop"));
    linear().workspace().sets(stop, "Triage");

    for (Optional<String> cursor : List.of(before, Optional.<String>empty())) {
      assertThat(queue.poll(cursor).tasks())
          .singleElement()
          .matches(task -> task.stops() && task.standing() == Standing.HELD);
    }
    linear().workspace().sets(stop, "Canceled");
    assertThat(queue.poll(Optional.empty()).tasks()).isEmpty();
  }

  @Test
  void isStoppedOnlyByIssuesOfItsOwnProject() throws Exception {
    String elsewhere = person().puts(Draft.of("stop").labels("agent-stop"));
    String project = linear().workspace().project("Site");
    TaskQueue queue = with(Map.of("LINEAR_PROJECT", project));
    String here = person().puts(Draft.of("stop").labels("agent-stop"));

    assertThat(queue.poll(Optional.empty()).tasks())
        .filteredOn(Task::stops)
        .extracting(Task::id)
        .containsExactly(here)
        .doesNotContain(elsewhere);
  }

  @Test
  void asksAgainWhereAConnectionWasClosedWhileNobodyUsedIt() throws Exception {
    person().puts(Draft.of("there"));
    try (FaultProxy proxy = FaultProxy.before(linear().address());
        TaskQueue queue = with(through(proxy))) {
      queue.poll(Optional.empty());
      proxy.cut();
      assertThat(queue.poll(Optional.empty()).tasks()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"nodes\":[],\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":null}}', 1",
    "'{\"nodes\":[],\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c\"}}', 2",
    "'{\"nodes\":[],\"pageInfo\":{}}', 1",
    "'{\"nodes\":[]}', 1",
    "'{\"nodes\":[null],\"pageInfo\":{\"hasNextPage\":false}}', 1",
    "'{\"pageInfo\":{\"hasNextPage\":false}}', 1",
    "'null', 1"
  })
  void takesNoListingForAnEmptyOneThatDoesNotEnd(String issues, int requests) throws Exception {
    person().puts(Draft.of("there"));
    queue().poll(Optional.empty());
    linear().forget();
    answers(Reply.of(200, "{\"data\":{\"issues\":%s}}".formatted(issues)));
    assertThat(failure(() -> queue().poll(Optional.empty())).kind())
        .isEqualTo(QueueException.Kind.RETRY_LATER);
    assertThat(linear().requests()).hasSize(requests);
  }

  @Test
  void knowsAnIssueByItsIdOnly() throws Exception {
    person().puts(Draft.of("there"));
    assertThat(queue().find("ENG-1")).isEmpty();
    assertThat(queue().find(LinearStore.id())).isEmpty();
    assertThat(queue().comments(LinearStore.id(), Optional.empty())).isEmpty();
  }

  @Test
  void hearsChangesThatListsShowLate() throws Exception {
    String id = person().puts(Draft.of("before"));
    AtomicReference<String> cursor = new AtomicReference<>(cursor().orElseThrow());
    store().trail(Duration.ofMillis(700));
    person().renames(id, "after");
    List<Task> heard = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          Poll poll = queue().poll(Optional.ofNullable(cursor.get()));
          cursor.set(poll.cursor().orElseThrow());
          heard.addAll(poll.tasks());
          return heard.stream().anyMatch(task -> task.title().equals("after"));
        });
    assertThat(heard).filteredOn(task -> task.title().equals("after")).hasSize(1);
  }

  @Test
  void givesAChangeOnceThoughItLooksBack() throws Exception {
    String id = person().puts(Draft.of("before"));
    Optional<String> cursor = cursor();
    person().renames(id, "after");
    Poll first = queue().poll(cursor);
    assertThat(first.tasks()).hasSize(1);
    assertThat(queue().poll(first.cursor()).tasks()).isEmpty();
    assertThat(queue().poll(cursor).tasks()).hasSize(1);
  }

  @Test
  void hearsOfABlockerOfAnotherTeam() throws Exception {
    String theirs = person().put(LinearWorkspace.OPS, Draft.of("theirs"));
    String waiting = person().puts(Draft.of("waiting").blockedBy(theirs));
    assertThat(found(waiting).blockers()).hasSize(1);
    Optional<String> cursor = cursor();
    person().closes(theirs);
    List<Task> heard = queue().poll(cursor).tasks();
    assertThat(heard).extracting(Task::id).containsExactly(waiting);
    assertThat(heard.getFirst().blockers()).isEmpty();
  }

  @Test
  void countsOnlyWhatBlocksAndIsNotFinished() throws Exception {
    List<String> others =
        person().puts(IntStream.range(0, 6).mapToObj(i -> Draft.of("other " + i)).toList());
    String id = person().puts(Draft.of("task"));
    person().relate("related", others.get(0), id);
    person().relate("duplicate", others.get(1), id);
    for (int i = 2; i < 6; i++) {
      person().relate("blocks", others.get(i), id);
    }
    person().relate("blocks", id, others.get(0));
    person().sets(others.get(2), "Canceled");
    person().sets(others.get(3), "Duplicate");
    person().deletes(others.get(4));
    assertThat(found(id).blockers()).extracting(b -> b.id()).containsExactly(others.get(5));
  }

  @Test
  void looksAtAllBlockersWhereThereAreMoreThanAListHolds() throws Exception {
    String id = person().puts(Draft.of("task"));
    List<String> others =
        person().puts(IntStream.range(0, 40).mapToObj(i -> Draft.of("o" + i)).toList());
    others.forEach(other -> person().relate("blocks", other, id));
    Task listed =
        queue().poll(Optional.empty()).tasks().stream()
            .filter(task -> task.id().equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(listed.blockers()).hasSize(40);
  }

  @Test
  void tellsArchivedMovedAndDeletedApart() throws Exception {
    List<String> ids =
        person()
            .puts(
                List.of(
                    Draft.of("archived"),
                    Draft.of("moved"),
                    Draft.of("deleted"),
                    Draft.of("elsewhere")));
    Optional<String> cursor = cursor();
    store().change(ids.get(0), issue -> issue.put("archivedAt", store().now()));
    store()
        .change(
            ids.get(1),
            issue -> {
              issue.put("team", person().team(LinearWorkspace.OPS));
              issue.put("state", person().state(LinearWorkspace.OPS, "Todo"));
            });
    person().deletes(ids.get(2));
    person().sets(ids.get(3), "Triage");
    assertThat(queue().find(ids.get(0)).map(Task::standing)).contains(Standing.CLOSED);
    assertThat(queue().find(ids.get(1)).map(Task::standing)).contains(Standing.CLOSED);
    assertThat(queue().find(ids.get(2))).isEmpty();
    assertThat(queue().find(ids.get(3)).map(Task::standing)).contains(Standing.CLOSED);
    assertThat(queue().poll(cursor).tasks())
        .filteredOn(task -> !task.id().equals(ids.get(1)))
        .extracting(Task::standing)
        .hasSize(3)
        .containsOnly(Standing.CLOSED);
    assertThat(queue().poll(Optional.empty()).tasks()).isEmpty();
  }

  @Test
  void keepsToAProject() throws Exception {
    String outside =
        person()
            .puts(IntStream.range(0, 101).mapToObj(i -> Draft.of("outside " + i)).toList())
            .getFirst();
    person().project("Site");
    String inside = person().puts(Draft.of("inside"));
    TaskQueue queue = with(Map.of("LINEAR_PROJECT", "site"));
    Poll poll = queue.poll(Optional.empty());
    assertThat(poll.tasks()).extracting(Task::id).containsExactly(inside);
    linear().forget();
    queue.poll(Optional.empty());
    assertThat(linear().requests()).hasSize(1);
    assertThat(queue.find(outside).map(Task::standing)).contains(Standing.CLOSED);
    store().change(inside, issue -> issue.remove("project"));
    assertThat(queue.poll(poll.cursor()).tasks())
        .filteredOn(task -> task.id().equals(inside))
        .extracting(Task::standing)
        .containsExactly(Standing.CLOSED);
  }

  @Test
  void startsAnewWhereTheSettingsAreOthers() throws Exception {
    person().puts(Draft.of("there"));
    Optional<String> cursor = cursor();
    assertThat(with(Map.of("LINEAR_READY_STATES", "Todo")).poll(cursor).whole()).isTrue();
    assertThat(queue().poll(cursor).whole()).isFalse();
  }

  @Test
  void startsAnewWithAnOldCursor() throws Exception {
    person().puts(Draft.of("there"));
    LinearSite site =
        new LinearSite(
            "u", false, "t", Optional.empty(), new LinearSite.States(List.of("a"), "b", "c"));
    Instant now = Instant.now();
    String text = LinearCursor.of(site, now, now, List.of("a", "-b")).toString();
    assertThat(LinearCursor.read(text, site, now)).isPresent();
    assertThat(LinearCursor.read(text, site, now.plus(Duration.ofDays(3)))).isEmpty();
  }

  @Test
  void keepsCommentsForTheNextPollThoughThisOneWasWhole() throws Exception {
    String id = person().puts(Draft.of("there"));
    Optional<String> cursor = queue().poll(cursor()).cursor();
    person().comments(id, "heard?");
    Poll whole = queue().poll(Optional.empty());
    assertThat(queue().poll(whole.cursor()).comments()).hasSize(1);
    assertThat(queue().poll(cursor).comments()).hasSize(1);
  }

  @Test
  void asksForCommentsSinceItLastDidThoughIssuesWereListedMeanwhile() throws Exception {
    person().puts(Draft.of("there"));
    String heard = times(queue().poll(cursor()).cursor()).get(1);
    await().atMost(Duration.ofSeconds(10)).until(() -> !times(cursor()).getFirst().equals(heard));
    assertThat(times(cursor()).get(1)).isEqualTo(heard);
  }

  /** When issues were listed and comments heard. */
  private static List<String> times(Optional<String> cursor) {
    return List.of(cursor.orElseThrow().split(":", -1)).subList(2, 4);
  }
}
