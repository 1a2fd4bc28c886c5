package dev.nightdesk.queue.linear;

import static dev.nightdesk.queue.linear.LinearStore.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.FaultProxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written stands once, and no person is overruled. */
class LinearWritingTest extends LinearStage {

  private String working() throws Exception {
    String id = person().puts(Draft.of("to do"));
    assertThat(queue().claim(id, List.of(note("Working on it")))).isInstanceOf(Claim.Taken.class);
    return id;
  }

  private List<Comment> comments(String id) throws Exception {
    return queue().comments(id, Optional.empty());
  }

  @Test
  void writesACommentOnceThoughItsReplyWasLost() throws Exception {
    String id = working();
    try (FaultProxy proxy = FaultProxy.before(linear().address());
        var queue = with(through(proxy))) {
      queue.find(id);
      List<Entry> entries = List.of(note("done"), move(Standing.REVIEW));
      proxy.dropReplyTo("commentCreate");
      assertThat(failure(() -> queue.deliver(id, entries)).kind()).isEqualTo(Kind.RETRY_LATER);
      assertThat(proxy.dropped()).isEqualTo(1);
      queue.deliver(id, entries);
    }
    assertThat(store().commentsOn(id)).hasSize(2);
  }

  @Test
  void writesACommentOnceThoughListsShowItLate() throws Exception {
    String id = working();
    store().trail(Duration.ofSeconds(30));
    List<Entry> entries = List.of(note("done"), move(Standing.REVIEW));
    queue().deliver(id, entries);
    with(Map.of()).deliver(id, entries);
    queue().deliver(id, entries);
    assertThat(store().commentsOn(id)).hasSize(2);
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
  }

  @Test
  void knowsItsClaimAgainThoughListsShowItLate() throws Exception {
    String id = person().puts(Draft.of("to do"));
    store().trail(Duration.ofSeconds(30));
    List<Entry> entries = List.of(note("Working on it"));
    assertThat(queue().claim(id, entries)).isInstanceOf(Claim.Taken.class);
    assertThat(queue().claim(id, entries)).isInstanceOf(Claim.Taken.class);
    assertThat(store().commentsOn(id)).hasSize(1);
  }

  @Test
  void writesACommentOnceThoughAPersonTookItsKeyAway() throws Exception {
    String id = working();
    Entry.Note note = note("done");
    queue().deliver(id, List.of(note));
    Map<String, Object> comment = store().commentsOn(id).getLast();
    comment.put("body", "done, said the person");
    with(Map.of()).deliver(id, List.of(note));
    assertThat(store().commentsOn(id)).hasSize(2);
  }

  @Test
  void knowsItsKeyThoughLinearRewritesTheText() throws Exception {
    String id = person().puts(Draft.of("to do"));
    Entry.Note note = new Entry.Note("run:_1", "a <!-- hidden --> ends", "");
    queue().deliver(id, List.of(note));
    assertThat(comments(id).getFirst().body()).contains("run:\\_1").doesNotContain("hidden");
    assertThat(comments(id).getFirst().key()).contains(note.key());
  }

  @Test
  void takesACopiedKeyForAPersonsText() throws Exception {
    String id = person().puts(Draft.of("to do"));
    Entry.Note note = note("done");
    queue().deliver(id, List.of(note));
    String copied = comments(id).getFirst().body();
    person().comments(id, copied, map("user", person().viewer()));
    person().comments(id, copied);
    assertThat(comments(id))
        .extracting(Comment::key)
        .containsExactly(Optional.of(note.key()), Optional.empty(), Optional.empty());
  }

  @Test
  void takesNoKeyFromAnybodyElseThoughTheIdIsRight() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().deliver(id, List.of(note("done")));
    store().commentsOn(id).getLast().put("user", person().ann());
    assertThat(with(Map.of()).comments(id, Optional.empty()))
        .extracting(Comment::key)
        .containsExactly(Optional.empty());
  }

  @Test
  void marksBotsAndKnowsNobodyWhereNobodyIsNamed() throws Exception {
    String id = person().puts(Draft.of("discussed"));
    person().comments(id, "one", map("user", person().robot()));
    person().comments(id, "two", map("botActor", map("type", "workflow", "name", "GitHub")));
    person().comments(id, "three", map("externalUser", map("id", LinearStore.id(), "name", "Eve")));
    person().comments(id, "four", map());
    assertThat(comments(id))
        .extracting(comment -> comment.author().map(Author::bot))
        .containsExactly(
            Optional.of(true), Optional.of(true), Optional.of(false), Optional.empty());
  }

  @Test
  void keepsOneAttachmentForALink() throws Exception {
    String id = working();
    List<Entry> entries =
        List.of(new Entry.Link("link", URI.create("https://example.org/r"), "result"));
    assertThat(queue().deliver(id, entries)).isEqualTo(queue().deliver(id, entries));
    assertThat(found(id).links()).containsExactly(URI.create("https://example.org/r"));
  }

  @Test
  void makesItsLabelsWhereTheyAreMissing() throws Exception {
    String id = working();
    queue().deliver(id, List.of(note("held"), move(Standing.HELD)));
    assertThat(linear().ledger()).containsOnlyOnce("label agent-held");
    assertThat(found(id).standing()).isEqualTo(Standing.HELD);
    assertThat(found(id).labels()).isEmpty();
    person().unlabels(id, "agent-held");
    assertThat(found(id).standing()).isEqualTo(Standing.READY);
  }

  @Test
  void usesALabelThatAnotherWorkerMadeMeanwhile() throws Exception {
    String id = working();
    before("issueLabelCreate", () -> person().label("agent-failed"));
    queue().deliver(id, List.of(note("failed"), move(Standing.FAILED)));
    assertThat(found(id).standing()).isEqualTo(Standing.FAILED);
    assertThat(linear().ledger()).doesNotContain("label agent-failed");
  }

  @Test
  void saysThatALabelIsAGroup() throws Exception {
    person().label("agent-failed").put("isGroup", true);
    String id = working();
    assertThat(failure(() -> queue().deliver(id, List.of(note("x"), move(Standing.FAILED)))))
        .hasMessageContaining("agent-failed")
        .extracting(QueueException::kind)
        .isEqualTo(Kind.FIX_SETTINGS);
  }

  @Test
  void makesALabelAnewThatAPersonDeletedMeanwhile() throws Exception {
    String first = working();
    queue().deliver(first, List.of(note("failed"), move(Standing.FAILED)));
    String second = working();
    store().labels().clear();
    List<Entry> entries = List.of(note("failed"), move(Standing.FAILED));
    assertThat(failure(() -> queue().deliver(second, entries)).kind()).isEqualTo(Kind.RETRY_LATER);
    queue().deliver(second, entries);
    assertThat(found(second).standing()).isEqualTo(Standing.FAILED);
    assertThat(store().commentsOn(second)).hasSize(2);
  }

  @Test
  void looksAnewForAStateThatAPersonReplacedMeanwhile() throws Exception {
    String id = working();
    person().state(LinearWorkspace.ENG, "In Review").put("id", LinearStore.id());
    List<Entry> entries = List.of(note("done"), move(Standing.REVIEW));
    failure(() -> queue().deliver(id, entries));
    queue().deliver(id, entries);
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
    assertThat(store().commentsOn(id)).hasSize(2);
  }

  @Test
  void addsOneTaskThoughTheReplyWasLost() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(linear().address());
        var queue = with(through(proxy))) {
      queue.poll(Optional.empty());
      proxy.dropReplyTo("issueCreate");
      String id = queue.add(new NewTask("added", "", List.of(), 0));
      assertThat(proxy.dropped()).isEqualTo(1);
      assertThat(found(id).title()).isEqualTo("added");
    }
    assertThat(linear().ledger()).hasSize(1);
  }

  @Test
  void addsOneTaskThoughLinearWasAwayAfterwardsToo() throws Exception {
    cursor();
    NewTask task = new NewTask("added", "", List.of(), 0);
    linear()
        .instead(request -> {
          if (request.body().contains("issueCreate")) {
            linear().act(request);
          }
          return Optional.of(Reply.of(503, "<html>away</html>"));
        });
    assertThat(failure(() -> queue().add(task)).kind()).isEqualTo(Kind.RETRY_LATER);
    linear().asUsual();
    String id = queue().add(task);
    assertThat(linear().ledger()).containsExactly("create " + id);
    assertThat(queue().add(task)).isNotEqualTo(id);
    assertThat(linear().ledger()).hasSize(2);
  }

  @Test
  void addsTwoEqualTasksWhereBothAreWantedThoughLinearWasAwayBefore() throws Exception {
    cursor();
    NewTask task = new NewTask("added", "", List.of(), 0);
    answers(Reply.of(503, "<html>away</html>"));
    failure(() -> queue().add(task));
    linear().asUsual();
    assertThat(queue().add(task)).isNotEqualTo(queue().add(task));
    assertThat(linear().ledger()).hasSize(2);
  }

  @Test
  void addsNothingWithALabelThatAPersonDeletedMeanwhile() throws Exception {
    NewTask task = new NewTask("added", "", List.of("home"), 0);
    queue().add(task);
    store().labels().clear();
    assertThat(failure(() -> queue().add(task)).kind()).isEqualTo(Kind.RETRY_LATER);
    assertThat(found(queue().add(task)).labels()).containsExactly("home");
  }

  @Test
  void keepsALabelThatIsGivenBetweenOurReadAndOurWrite() throws Exception {
    String id = working();
    before("issueUpdate", () -> person().labels(id, "urgent"));
    queue().deliver(id, List.of(note("done"), move(Standing.REVIEW)));
    assertThat(found(id).labels()).containsExactly("urgent");
  }

  @Test
  void leavesClosedWhatAPersonClosedWhileTheCommentWasWritten() throws Exception {
    String id = working();
    before("commentCreate", () -> person().closes(id));
    assertThat(
            failure(() -> queue().deliver(id, List.of(note("done"), move(Standing.REVIEW)))).kind())
        .isEqualTo(Kind.GONE);
    assertThat(found(id).standing()).isEqualTo(Standing.CLOSED);
  }

  @Test
  void makesAVersion4IdThatIsAlwaysTheSame() {
    String id = LinearIds.ofComment("run:1");
    assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(LinearIds.ofComment("run:1")).isEqualTo(id);
    assertThat(LinearIds.ofComment("run:2")).isNotEqualTo(id);
  }
}
