package dev.nightdesk.queue.todoist;

import static dev.nightdesk.spi.QueueException.Kind.GONE;
import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Writes stand once, and take nothing from people. */
class TodoistWritingTest extends TodoistStage {

  private List<String> labels(String id) throws Exception {
    return TodoistReader.labels(state.item(id).orElseThrow());
  }

  @Test
  void keepsALabelThatComesBetweenTheLookAndTheWrite() throws Exception {
    String id = puts("labelled");
    before(
        request -> request.body().contains("note_add"),
        () -> change(id, item -> item.withArray("labels").add("urgent")));
    queue.claim(id, List.of(note("a")));
    assertThat(labels(id)).containsExactly("urgent", "agent-working");
    queue.deliver(id, List.of(note("b"), move("c", Standing.REVIEW)));
    assertThat(labels(id)).containsExactly("urgent", "agent-done");
    queue.deliver(id, List.of(note("d"), move("e", Standing.READY)));
    assertThat(labels(id)).containsExactly("urgent");
  }

  @Test
  void readsTheMarkThatCountsMost() throws Exception {
    String id = puts("all marks");
    List<String> marks = List.of("agent-done", "agent-failed", "agent-held", "agent-working");
    List<Standing> counts =
        List.of(Standing.REVIEW, Standing.FAILED, Standing.HELD, Standing.WORKING);
    for (int i = 0; i < marks.size(); i++) {
      String mark = marks.get(i);
      change(id, item -> item.withArray("labels").add(mark));
      assertThat(found(id).standing()).isEqualTo(counts.get(i));
      assertThat(found(id).labels()).isEmpty();
    }
  }

  @Test
  void writesNoSecondCommentThoughTheListTrails() throws Exception {
    String id = puts("to do");
    queue.claim(id, List.of(note("a")));
    state.trail(Duration.ofSeconds(2));
    List<Entry> entries = List.of(note("b"), move("c", Standing.REVIEW));
    List<Receipt> once = queue.deliver(id, entries);
    change(id, item -> item.putArray("labels").add("agent-working"));
    fails(RETRY_LATER, () -> queue.deliver(id, entries));
    await().atMost(20, SECONDS).until(() -> state.notes(note -> true).size() == 2);
    assertThat(queue.deliver(id, entries)).isEqualTo(once);
    assertThat(todoist.ledger()).filteredOn("note_add"::equals).hasSize(2);
  }

  @Test
  void leavesATaskAloneThatIsClosedBetweenTwoSteps() throws Exception {
    String id = puts("to do");
    queue.claim(id, List.of(note("a")));
    before(
        request -> request.body().contains("note_add"),
        () -> change(id, item -> item.put("checked", true)));
    fails(GONE, () -> queue.deliver(id, List.of(note("b"), move("c", Standing.REVIEW))));
    assertThat(labels(id)).containsExactly("agent-working");
  }

  @Test
  void blamesNoSettingForCommentsOfATaskThatIsGone() throws Exception {
    String id = puts("deleted");
    fixture.person().deletes(id);
    fails(GONE, () -> queue.comments(id, Optional.empty()));
    fails(GONE, () -> queue.comments("../x", Optional.empty()));
  }

  @Test
  void takesNoWordsOfAnotherForItsOwn() throws Exception {
    String id = puts("forged");
    state.addNote(id, "Done.\n\n(nightdesk a)", CannedState.ANN);
    assertThat(queue.comments(id, Optional.empty()))
        .extracting(Comment::key)
        .containsExactly(Optional.empty());
    queue.claim(id, List.of(note("a")));
    assertThat(queue.comments(id, Optional.empty())).hasSize(2);
  }

  @Test
  void givesAttachmentsAsLinks() throws Exception {
    String id = puts("with a file");
    String note = state.addNote(id, "See here", CannedState.ANN);
    state.changeNote(
        note,
        json ->
            json.putObject("file_attachment")
                .put("file_name", "plan.pdf")
                .put("file_url", "https://files.todoist.com/plan.pdf"));
    assertThat(queue.comments(id, Optional.empty()))
        .singleElement()
        .extracting(Comment::body)
        .isEqualTo("See here\n\nAttached: plan.pdf, https://files.todoist.com/plan.pdf");
  }

  @Test
  void cutsALongCommentToWhatTodoistTakes() throws Exception {
    String id = puts("long");
    String body = "\uD83D\uDE80".repeat(20_000);
    queue.deliver(id, List.of(new Entry.Note("a", body, "Whole: `nightdesk show 1`.")));
    Comment comment = queue.comments(id, Optional.empty()).getFirst();
    assertThat(comment.body().length()).isBetween(14_900, 15_000);
    assertThat(comment.body()).contains("Whole: `nightdesk show 1`.");
    assertThat(comment.key()).contains("a");
  }

  private String recurring(String date) {
    ObjectNode item = dev.nightdesk.toolkit.http.Json.object().put("content", "every week");
    item.putObject("due").put("date", date).put("is_recurring", true);
    return state.addItem(item, CannedState.ANN);
  }

  private void completes(String id, String next) {
    change(
        id,
        item -> {
          item.withObject("due").put("date", next);
          item.put("completed_count", item.path("completed_count").asInt() + 1);
        });
  }

  @Test
  void takesTheNextOccurrenceForANewTaskThoughTheMarkStays() throws Exception {
    String id = recurring("2026-11-20");
    queue.claim(id, List.of(note("a")));
    queue.deliver(id, List.of(note("b"), move("c", Standing.REVIEW)));
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
    assertThat(found(id).round()).contains("2026-11-20");
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();

    completes(id, "2026-11-27");

    assertThat(labels(id)).containsExactly("agent-done");
    assertThat(found(id).standing()).isEqualTo(Standing.READY);
    assertThat(found(id).round()).contains("2026-11-27");
    assertThat(queue.poll(cursor).tasks()).containsExactly(found(id));
    assertThat(queue.claim(id, List.of(note("d")))).isInstanceOf(Claim.Taken.class);
    assertThat(labels(id)).containsExactly("agent-working");
    assertThat(found(id).standing()).isEqualTo(Standing.WORKING);
    assertThat(queue.comments(id, Optional.empty()).getLast().body())
        .contains("For the occurrence of 2026-11-27.");
  }

  @Test
  void claimsTheNextOccurrenceThoughItDiedOnTheWay() throws Exception {
    String id = recurring("2026-11-20");
    queue.claim(id, List.of(note("a")));
    queue.deliver(id, List.of(note("b"), move("c", Standing.REVIEW)));
    completes(id, "2026-11-27");
    int[] commands = {0};
    todoist.instead(request -> {
      boolean last = request.body().startsWith("commands") && ++commands[0] == 3;
      return last
          ? Optional.of(dev.nightdesk.testkit.Exchange.Reply.of(500, ""))
          : Optional.empty();
    });
    fails(RETRY_LATER, () -> queue.claim(id, List.of(note("d"))));
    assertThat(labels(id)).isEmpty();
    assertThat(queue.claim(id, List.of(note("d")))).isInstanceOf(Claim.Taken.class);
    assertThat(todoist.ledger()).filteredOn("note_add"::equals).hasSize(3);
  }

  @Test
  void heedsAMarkThatAPersonSetOnARecurringTask() throws Exception {
    String id = recurring("2026-11-20");
    change(id, item -> item.withArray("labels").add("agent-held"));
    assertThat(found(id).standing()).isEqualTo(Standing.HELD);
  }

  @Test
  void showsAFailureWithoutTheWordsThatWereSent() {
    QueueException failure =
        fails(
            RETRY_LATER,
            () ->
                queue.add(
                    new dev.nightdesk.spi.NewTask("secret words ".repeat(100), "", List.of(), 0)));
    assertThat(failure.getMessage()).doesNotContain("secret").contains("INVALID_ARGUMENT_VALUE");
  }
}
