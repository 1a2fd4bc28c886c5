package dev.nightdesk.queue.airtable;

import static dev.nightdesk.queue.airtable.CannedTable.JSON;
import static dev.nightdesk.spi.QueueException.Kind.FIX_SETTINGS;
import static dev.nightdesk.spi.QueueException.Kind.GONE;
import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
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
import org.junit.jupiter.api.Test;

/** What is written to single records, and when it is not. */
class AirtableWritingTest extends AirtableStage {

  private String put(String title) throws Exception {
    return fixture().person().puts(Draft.of(title));
  }

  private Task found(String id) throws Exception {
    return queue().find(id).orElseThrow();
  }

  @Test
  void believesAMarkerOnlyInCommentsOfItsOwnUser() throws Exception {
    String id = put("forged");
    fixture().person().comments(id, "Done.\n\n(nightdesk k1)");
    queue().deliver(id, List.of(note("k1", "Really done.")));
    assertThat(queue().comments(id, Optional.empty()))
        .extracting(Comment::key)
        .containsExactly(Optional.empty(), Optional.of("k1"));
  }

  @Test
  void findsItsMarkerOnALaterPage() throws Exception {
    String id = put("buried");
    queue().deliver(id, List.of(note("k1", "Done.")));
    for (int i = 0; i < 120; i++) {
      fixture().person().comments(id, "comment " + i);
    }
    service().forget();
    queue().deliver(id, List.of(note("k1", "Done.")));
    assertThat(service().writes()).isEmpty();
  }

  @Test
  void waitsUntilAListThatTrailsMustShowWhatItMayHaveWritten() throws Exception {
    String id = put("ambiguous");
    service().table.trail = Duration.ofMinutes(1);
    service().table.age(Duration.ofHours(1));
    AtomicBoolean lost = new AtomicBoolean();
    service()
        .instead(request -> {
          if (request.method().equals("POST") && !lost.getAndSet(true)) {
            service().say(id, CannedAirtable.ME, "Done.\n\n(nightdesk k1)");
            return Optional.of(Reply.of(502, ""));
          }
          return Optional.empty();
        });
    assertThat(refusal(() -> queue().deliver(id, List.of(note("k1", "Done.")))).kind())
        .isEqualTo(RETRY_LATER);
    assertThat(refusal(() -> queue().deliver(id, List.of(note("k1", "Done.")))).after())
        .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofSeconds(30)));
    service().table.trail = Duration.ZERO;
    queue().deliver(id, List.of(note("k1", "Done.")));
    assertThat(queue().comments(id, Optional.empty())).hasSize(1);
  }

  @Test
  void writesTheWholeResultToItsField() throws Exception {
    String id = put("long");
    String body = "Start " + "x".repeat(50_000) + " end";
    try (TaskQueue queue = open(Map.of("AIRTABLE_RESULT_FIELD", "Result"))) {
      queue.claim(id, List.of(note("k0", "Working on it")));
      assertThat(service().get(id, "Result")).isEmpty();
      queue.deliver(id, List.of(note("k1", body)));
      assertThat(service().get(id, "Result")).isEqualTo(body);
      assertThat(queue.comments(id, Optional.empty()).getLast().body())
          .startsWith("Start ")
          .contains("in the field \"Result\"")
          .endsWith("(nightdesk k1)")
          .hasSizeLessThanOrEqualTo(AirtableBoard.LONGEST_COMMENT);
      queue.deliver(id, List.of(note("k2", body + "y".repeat(90_000))));
      assertThat(service().get(id, "Result")).hasSize(100_000).endsWith("Whole elsewhere.");
      assertThat(queue.comments(id, Optional.empty()).getLast().body())
          .contains("Whole elsewhere.");
    }
  }

  @Test
  void leavesTheResultAloneOnceItWasDelivered() throws Exception {
    String id = put("edited");
    try (TaskQueue queue = open(Map.of("AIRTABLE_RESULT_FIELD", "Result"))) {
      queue.deliver(id, List.of(note("k1", "ours")));
      service().set(id, "Result", JSON.getNodeFactory().textNode("theirs"));
      queue.deliver(id, List.of(note("k1", "ours")));
    }
    assertThat(service().get(id, "Result")).isEqualTo("theirs");
  }

  @Test
  void writesNothingWhereAllOfItStandsAlready() throws Exception {
    String id = put("claimed");
    queue().claim(id, List.of(note("k", "Working on it")));
    service().forget();
    assertThat(queue().claim(id, List.of(note("k", "Working on it"))))
        .isInstanceOf(Claim.Taken.class);
    assertThat(service().writes()).isEmpty();
  }

  @Test
  void changesNothingButTheStatus() throws Exception {
    String id = fixture().person().puts(Draft.of("kept").description("text").priority(3));
    service().set(id, "Other", JSON.getNodeFactory().textNode("theirs"));
    queue().claim(id, List.of(note("k", "Working on it")));
    assertThat(service().get(id, "Other")).isEqualTo("theirs");
    assertThat(found(id).description()).isEqualTo("text");
    assertThat(found(id).priority()).isEqualTo(3);
  }

  @Test
  void doesNotReopenWhatAPersonClosesBetweenReadAndWrite() throws Exception {
    String id = put("closed in between");
    queue().claim(id, List.of(note("k", "Working on it")));
    service()
        .instead(request -> {
          if (request.method().equals("POST")) {
            service().set(id, "Status", JSON.getNodeFactory().textNode("Done"));
          }
          return Optional.empty();
        });
    List<Entry> entries = List.of(note("k1", "Done."), new Entry.Move("k2", Standing.REVIEW));
    assertThat(refusal(() -> queue().deliver(id, entries)).kind()).isEqualTo(GONE);
    assertThat(service().get(id, "Status")).isEqualTo("Done");
  }

  @Test
  void noticesThatAClaimDidNotStay() throws Exception {
    String id = put("automated away");
    found(id);
    service()
        .instead(request -> {
          if (!request.method().equals("PATCH")) {
            return Optional.empty();
          }
          return Optional.of(
              Reply.of(
                  200,
                  "{\"records\":[{\"id\":\"%s\",\"fields\":{\"%s\":\"Todo\"}}]}"
                      .formatted(id, service().table.id("Status"))));
        });
    assertThat(refusal(() -> queue().claim(id, List.of(note("k", "Working on it")))))
        .hasMessageContaining("In progress");
  }

  @Test
  void makesNoStatusThatIsNotThere() throws Exception {
    String id = put("to do");
    found(id);
    service().schema.statuses.remove("In progress");
    assertThat(refusal(() -> queue().claim(id, List.of(note("k", "Working on it")))).kind())
        .isEqualTo(FIX_SETTINGS);
    assertThat(service().schema.statuses).doesNotContain("In progress");
  }

  @Test
  void countsHeldAsFailedWhereThereIsNoStatusForIt() throws Exception {
    String id = put("held");
    try (TaskQueue plain = open(Map.of("AIRTABLE_HELD_STATUS", ""))) {
      plain.deliver(id, List.of(note("k", "Held."), new Entry.Move("k1", Standing.HELD)));
      assertThat(service().get(id, "Status")).isEqualTo("Failed");
      assertThat(plain.find(id).orElseThrow().standing()).isEqualTo(Standing.FAILED);
    }
  }

  @Test
  void addsWithAPriority() throws Exception {
    String id = queue().add(new NewTask("urgent", "", List.of(), 4));
    assertThat(found(id).priority()).isEqualTo(4);
    assertThat(refusal(() -> queue().add(new NewTask("x", "", List.of("home"), 0))).kind())
        .isEqualTo(FIX_SETTINGS);
    try (TaskQueue plain = open(Map.of("AIRTABLE_PRIORITY_FIELD", ""))) {
      assertThat(refusal(() -> plain.add(new NewTask("x", "", List.of(), 1))))
          .hasMessageContaining("AIRTABLE_PRIORITY_FIELD");
    }
  }
}
