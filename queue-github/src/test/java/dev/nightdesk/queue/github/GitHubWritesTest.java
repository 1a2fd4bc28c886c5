package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Labels, comments and their traps. */
class GitHubWritesTest extends GitHubStage {
  private static final Entry DONE = new Entry.Move("k:move", Standing.REVIEW);

  @Test
  void saysWhenLabelsAreSilentlyDropped() throws Exception {
    String id = puts("no triage");
    github().triage = false;
    QueueException failure = failure(() -> queue().claim(id, List.of(note("k:1", "Working"))));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("Triage");
  }

  @Test
  void saysWhenTheRemovalOfALabelIsSilentlyDropped() throws Exception {
    String id = puts("no triage any more");
    queue().claim(id, List.of(note("k:1", "Working")));
    github().triage = false;
    Entry back = new Entry.Move("k:2", Standing.READY);
    assertThat(failure(() -> queue().deliver(id, List.of(back))).kind())
        .isEqualTo(Kind.FIX_SETTINGS);
  }

  @Test
  void keepsALabelThatAPersonGivesBetweenOurReadAndOurWrite() throws Exception {
    String id = person().puts(Draft.of("labelled").labels("home"));
    queue().claim(id, List.of(note("k:1", "Working")));
    AtomicBoolean once = new AtomicBoolean();
    github()
        .instead(request -> {
          if (request.path().endsWith("/labels") && once.compareAndSet(false, true)) {
            label(id);
          }
          return Optional.empty();
        });
    queue().deliver(id, List.of(note("k:2", "done"), DONE));
    assertThat(github().issues.get(id).labels)
        .containsExactlyInAnyOrder("home", "in between", "agent-done");
    assertThat(github().writes()).extracting(Request::method).doesNotContain("PUT", "PATCH");
  }

  private void label(String id) {
    try {
      person().labels(id, "in between");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void takesALabelThatIsGoneAlreadyForRemoved() throws Exception {
    String id = puts("raced");
    queue().claim(id, List.of(note("k:1", "Working")));
    github()
        .instead(request ->
            request.method().equals("DELETE")
                ? Optional.of(Reply.of(404, "{\"message\":\"Label does not exist\"}"))
                : Optional.empty());
    queue().deliver(id, List.of(note("k:2", "done"), DONE));
  }

  @Test
  void writesOnceThoughTheReplyIsLostAndTheListTrails() throws Exception {
    String id = puts("lost reply");
    queue().claim(id, List.of(note("k:1", "Working")));
    github().trail = Duration.ofSeconds(1);
    List<Entry> entries = List.of(note("k:2", "done"), DONE);
    losesTheReply(id);
    assertThat(failure(() -> queue().deliver(id, entries)).kind()).isEqualTo(Kind.RETRY_LATER);
    github().asUsual();
    QueueException soon = failure(() -> queue().deliver(id, entries));
    assertThat(soon.after()).isPresent();
    github().trail = Duration.ZERO;
    queue().deliver(id, entries);
    assertThat(queue().comments(id, Optional.empty()))
        .extracting(Comment::key)
        .containsExactly(Optional.of("k:1"), Optional.of("k:2"));
  }

  /** The comment is written, and the answer is a broken gateway's. */
  private void losesTheReply(String id) {
    github()
        .instead(request -> {
          if (!request.method().equals("POST") || !request.path().endsWith("/comments")) {
            return Optional.empty();
          }
          write(id, request);
          return Optional.of(Reply.of(502, "<html>"));
        });
  }

  private void write(String id, Request request) {
    synchronized (github()) {
      try {
        String body = request.json().get("body").asText();
        github().issues.comment(github().issues.get(id), "worker", body);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void believesNoMarkerOfAnybodyElse() throws Exception {
    String id = puts("forged");
    person().comments(id, "It is done.\n\n<!-- nightdesk k:1 -->");
    queue().deliver(id, List.of(note("k:1", "really")));
    assertThat(queue().comments(id, Optional.empty()))
        .extracting(Comment::key)
        .containsExactly(Optional.empty(), Optional.of("k:1"));
  }

  @Test
  void cutsAResultToWhatGitHubTakesAndSaysWhereTheRestIs() throws Exception {
    String id = puts("long");
    queue().deliver(id, List.of(note("k:1", "ü\uD83D\uDE80€".repeat(100_000))));
    String kept = queue().comments(id, Optional.empty()).getFirst().body();
    assertThat(kept.length()).isLessThanOrEqualTo(60_000);
    assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(240_000);
    assertThat(kept).contains("The whole text is elsewhere.").endsWith("<!-- nightdesk k:1 -->");
  }

  @Test
  void findsItsMarkerOnTheSecondPage() throws Exception {
    String id = puts("talkative");
    for (int i = 0; i < 150; i++) {
      person().comments(id, "chat " + i);
    }
    queue().deliver(id, List.of(note("k:1", "done")));
    queue().deliver(id, List.of(note("k:1", "done")));
    assertThat(queue().comments(id, Optional.empty())).hasSize(151);
  }

  @Test
  void findsItsMarkerThoughThePageBeforeItIsFullAndDidNotChange() throws Exception {
    String id = puts("talkative");
    for (int i = 0; i < 100; i++) {
      person().comments(id, "chat " + i);
    }
    assertThat(queue().comments(id, Optional.empty())).hasSize(100);
    queue().deliver(id, List.of(note("k:1", "done")));
    queue().deliver(id, List.of(note("k:1", "done")));
    assertThat(queue().comments(id, Optional.empty())).hasSize(101);
  }

  @Test
  void givesUpATaskWhoseConversationIsLocked() throws Exception {
    String id = puts("locked");
    github().issues.get(id).json.put("locked", true);
    assertThat(failure(() -> queue().deliver(id, List.of(note("k:1", "done")))).kind())
        .isEqualTo(Kind.GONE);
  }

  @Test
  void tellsAMissingRightFromAMissingIssue() throws Exception {
    String id = puts("read only");
    github()
        .instead(request ->
            request.method().equals("POST")
                ? Optional.of(Reply.of(404, "{\"message\":\"Not Found\"}"))
                : Optional.empty());
    assertThat(failure(() -> queue().deliver(id, List.of(note("k:1", "done")))).kind())
        .isEqualTo(Kind.FIX_SETTINGS);
  }

  @Test
  void goneIsGoneHoweverGitHubSaysIt() throws Exception {
    for (int status : List.of(301, 404, 410)) {
      String id = puts("gone " + status);
      github().issues.get(id).gone = status;
      assertThat(queue().find(id)).isEmpty();
      assertThat(queue().claim(id, List.of(note("k:" + status, "mine"))))
          .isEqualTo(new Claim.Gone());
    }
  }

  @Test
  void countsWorkingFirstWhereSeveralOfOurLabelsStand() throws Exception {
    String id = person().puts(Draft.of("both").labels("agent-done", "Agent-Working"));
    assertThat(queue().find(id).orElseThrow().standing()).isEqualTo(Standing.WORKING);
    assertThat(queue().find(id).orElseThrow().labels()).isEmpty();
  }

  @Test
  void addsATaskThatThisQueueWillSee() throws Exception {
    var queue = open(Map.of("GITHUB_LABEL", "agent"));
    String id = queue.add(new NewTask("t".repeat(400), "text", List.of("home"), 4));
    var task = queue.find(id).orElseThrow();
    assertThat(task.standing()).isEqualTo(Standing.READY);
    assertThat(task.priority()).isEqualTo(4);
    assertThat(task.labels()).contains("home", "agent");
    assertThat(task.title()).hasSize(256);
    assertThat(task.description()).startsWith("t".repeat(400));
  }
}
