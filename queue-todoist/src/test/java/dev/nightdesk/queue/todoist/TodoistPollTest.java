package dev.nightdesk.queue.todoist;

import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a poll costs, and that it loses nothing. */
class TodoistPollTest extends TodoistStage {

  private List<String> putsMany(int many) throws Exception {
    return fixture
        .person()
        .puts(IntStream.range(0, many).mapToObj(i -> Draft.of("task " + i)).toList());
  }

  @Test
  void costsOneRequestWhereNothingChanged() throws Exception {
    putsMany(10_000);
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    todoist.forget();
    Poll poll = queue.poll(cursor);
    assertThat(poll.tasks()).isEmpty();
    assertThat(poll.whole()).isFalse();
    assertThat(todoist.requests()).hasSize(1);
  }

  @Test
  void readsAllPagesOfTheLargestSize() throws Exception {
    List<String> ids = putsMany(401);
    assertThat(queue.poll(Optional.empty()).tasks())
        .extracting(Task::id)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(todoist.requests()).filteredOn(r -> r.path().endsWith("/tasks")).hasSize(3);
  }

  @Test
  void keepsATaskThatSlipsBetweenTwoPages() throws Exception {
    List<String> ids = putsMany(450);
    before(
        request -> request.asked("cursor").isPresent(),
        () -> change(ids.getFirst(), item -> item.put("checked", true)));
    assertThat(queue.poll(Optional.empty()).tasks())
        .extracting(Task::id)
        .containsExactlyInAnyOrderElementsOf(ids.subList(1, 450));
  }

  @Test
  void startsAListAgainWhoseCursorRanOut() throws Exception {
    putsMany(401);
    todoist.forgetCursors();
    assertThat(queue.poll(Optional.empty()).tasks()).hasSize(401);
  }

  @Test
  void noticesAListThatRunsInCircles() throws Exception {
    putsMany(1);
    queue.poll(Optional.empty());
    answers("tasks", Reply.of(200, "{\"results\":[],\"next_cursor\":\"a.b\"}"));
    fails(RETRY_LATER, () -> queue.poll(Optional.empty()));
  }

  @Test
  void listsAllWhereTodoistForgotTheCursor() throws Exception {
    putsMany(3);
    String cursor = queue.poll(Optional.empty()).cursor().orElseThrow();
    Poll poll = queue.poll(Optional.of(cursor.replaceAll("sync-.*", "unknown")));
    assertThat(poll.whole()).isTrue();
    assertThat(poll.tasks()).hasSize(3);
  }

  @Test
  void listsAllWhereTodoistAnswersWithAllInsteadOfChanges() throws Exception {
    putsMany(3);
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    boolean[] once = {false};
    todoist.instead(request -> {
      boolean now = request.body().contains("items") && !once[0];
      once[0] |= now;
      return now
          ? Optional.of(
              Reply.of(200, "{\"sync_token\":\"sync-1\",\"full_sync\":true,\"items\":[]}"))
          : Optional.empty();
    });
    Poll poll = queue.poll(cursor);
    assertThat(poll.whole()).isTrue();
    assertThat(poll.tasks()).hasSize(3);
  }

  @Test
  void listsAllWhereVeryMuchChanged() throws Exception {
    List<String> ids = putsMany(100);
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    ids.forEach(id -> change(id, item -> item.put("content", "new")));
    todoist.forget();
    Poll poll = queue.poll(cursor);
    assertThat(poll.whole()).isTrue();
    assertThat(poll.tasks()).hasSize(100);
    assertThat(todoist.requests().size()).isLessThan(10);
  }

  @Test
  void losesNoCommentWhereVeryMuchChangedWhileNobodyPolled() throws Exception {
    List<String> ids = putsMany(100);
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    ids.forEach(id -> change(id, item -> item.put("content", "new")));
    fixture.person().comments(ids.getFirst(), "heard?");
    Poll poll = another().poll(cursor);
    assertThat(poll.whole()).isTrue();
    assertThat(poll.comments()).extracting(Comment::body).containsExactly("heard?");
  }

  @Test
  void losesNoCommentBetweenAPollAndAWholeOne() throws Exception {
    String id = puts("discussed");
    queue.poll(Optional.empty());
    fixture.person().comments(id, "heard?");
    Poll poll = queue.poll(Optional.empty());
    assertThat(poll.whole()).isTrue();
    assertThat(poll.comments()).extracting(Comment::body).containsExactly("heard?");
  }

  @Test
  void reportsATaskThatWasMovedAwayAsClosed() throws Exception {
    String id = puts("moves");
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    change(id, item -> item.put("project_id", "6elsewhere"));
    assertThat(queue.poll(cursor).tasks())
        .singleElement()
        .extracting(Task::standing)
        .isEqualTo(Standing.CLOSED);
    assertThat(found(id).standing()).isEqualTo(Standing.CLOSED);
    assertThat(queue.poll(Optional.empty()).tasks()).isEmpty();
  }

  @Test
  void reportsATaskThatWasDeletedAsClosed() throws Exception {
    String id = puts("deleted");
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    fixture.person().deletes(id);
    assertThat(queue.poll(cursor).tasks())
        .singleElement()
        .extracting(Task::standing)
        .isEqualTo(Standing.CLOSED);
  }

  @Test
  void reportsAParentWhenASubTaskComesUp() throws Exception {
    String parent = puts("parent");
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    String child = puts("child");
    change(child, item -> item.put("parent_id", parent));
    List<Task> changed = queue.poll(cursor).tasks();
    assertThat(changed).contains(found(parent), found(child));
    assertThat(found(parent).blockers()).extracting(b -> b.id()).containsExactly(child);
    assertThat(queue.poll(Optional.empty()).tasks()).contains(found(parent));
  }
}
