package dev.nightdesk.queue.airtable;

import static dev.nightdesk.queue.airtable.CannedTable.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read of single records, and how it is asked for. */
class AirtableReadingTest extends AirtableStage {

  private String put(String title) throws Exception {
    return fixture().person().puts(Draft.of(title));
  }

  private Task found(String id) throws Exception {
    return queue().find(id).orElseThrow();
  }

  @Test
  void asksForOneRecordWithoutBlockersOnce() throws Exception {
    String id = put("plain");
    found(id);
    service().forget();
    found(id);
    assertThat(service().requests()).hasSize(1);
  }

  @Test
  void countsAsClosedWhatHasNoStatus() throws Exception {
    String id = put("nowhere");
    service().set(id, "Status", JSON.nullNode());
    assertThat(found(id).standing()).isEqualTo(Standing.CLOSED);
    assertThat(queue().claim(id, List.of(note("k", "mine")))).isEqualTo(new Claim.Gone());
  }

  @Test
  void tellsWhoMadeATaskAndWhoWroteAComment() throws Exception {
    String id = put("Ann's");
    fixture().person().comments(id, "hello");
    Author author = found(id).author().orElseThrow();
    assertThat(author)
        .isEqualTo(new Author(CannedAirtable.ANN, Optional.of("ann@example.org"), "Ann", false));
    assertThat(queue().comments(id, Optional.empty()).getFirst().author().orElseThrow().id())
        .isEqualTo(CannedAirtable.ANN);
    assertThat(queue().belongs(author, Circle.OWNER)).isFalse();
    assertThat(queue().belongs(author, Circle.MEMBERS)).isFalse();
    Author me = new Author(CannedAirtable.ME, Optional.empty(), "me", false);
    assertThat(queue().belongs(me, Circle.OWNER)).isTrue();
    assertThat(queue().belongs(me, Circle.MEMBERS)).as("not told by Airtable").isFalse();
  }

  @Test
  void knowsNoAuthorWithoutAFieldForIt() throws Exception {
    String id = put("anybody's");
    try (TaskQueue plain = open(Map.of("AIRTABLE_AUTHOR_FIELD", ""))) {
      assertThat(plain.find(id).orElseThrow().author()).isEmpty();
    }
    service().set(id, "Made by", JSON.nullNode());
    assertThat(found(id).author()).isEmpty();
    service().set(id, "Made by", JSON.createObjectNode().put("id", " ").put("name", "Ann"));
    assertThat(found(id).author()).isEmpty();
  }

  @Test
  void takesWhatIsNoUserForABot() throws Exception {
    String id = put("made by an automation");
    service().set(id, "Made by", JSON.createObjectNode().put("id", "wfl00000000000001"));
    assertThat(found(id).author().orElseThrow().bot()).isTrue();
  }

  @Test
  void readsCommentsOfSeveralPagesInTheirOrder() throws Exception {
    String id = put("talkative");
    for (int i = 0; i < 250; i++) {
      fixture().person().comments(id, "comment " + i);
    }
    List<Comment> all = queue().comments(id, Optional.empty());
    assertThat(all).hasSize(250);
    assertThat(all.getFirst().body()).isEqualTo("comment 0");
    service().forget();
    assertThat(queue().comments(id, Optional.of(all.get(240).createdAt()))).hasSizeBetween(10, 99);
    assertThat(service().requests()).as("only the newest page").hasSize(1);
  }

  @Test
  void givesFilesAsLinksAndDoesNotMindThatTheirAddressesChange() throws Exception {
    String id = put("with a file");
    service().set(id, "Files", file("https://files.example.org/1?until=now"));
    assertThat(found(id).links())
        .containsExactly(URI.create("https://files.example.org/1?until=now"));
    var poll = after(poll());
    service().set(id, "Files", file("https://files.example.org/1?until=later"));
    assertThat(after(poll).tasks()).isEmpty();
    assertThat(paths()).noneMatch(path -> path.contains("files"));
  }

  private static ArrayNode file(String url) {
    ArrayNode files = JSON.createArrayNode();
    files.addObject().put("id", "att00000000000001").put("url", url);
    return files;
  }

  @Test
  void doesNotTakeABlockerWhoseStatusWasRenamedForFinished() throws Exception {
    String blocker = put("first");
    String id = fixture().person().puts(Draft.of("second").blockedBy(blocker));
    assertThat(found(id).blockers()).hasSize(1);
    service().schema.statuses.set(0, "To do");
    service().set(blocker, "Status", TextNode.valueOf("To do"));
    service().set(id, "Status", TextNode.valueOf("Failed"));
    assertThat(refusal(() -> queue().find(id))).hasMessageContaining("AIRTABLE_READY_STATUS");
  }

  @Test
  void escapesWhatItPutsInFormulas() throws Exception {
    service().table.rename("Status", "Sta}tus \\ 'x'");
    String id = put("odd");
    service().set(id, "Sta}tus \\ 'x'", JSON.getNodeFactory().textNode("It's \\ odd"));
    Map<String, String> settings =
        Map.of("AIRTABLE_STATUS_FIELD", "Sta}tus \\ 'x'", "AIRTABLE_READY_STATUS", "It's \\ odd");
    try (TaskQueue odd = open(settings)) {
      assertThat(odd.poll(Optional.empty()).tasks()).extracting(Task::id).containsExactly(id);
    }
  }

  @Test
  void goesOnWhereAFieldThatItNamesByItsIdWasRenamed() throws Exception {
    String id = put("renamed");
    try (TaskQueue byId = open(Map.of("AIRTABLE_STATUS_FIELD", service().table.id("Status")))) {
      byId.poll(Optional.empty());
      service().table.rename("Status", "State");
      assertThat(byId.poll(Optional.empty()).tasks()).extracting(Task::id).containsExactly(id);
    }
    assertThat(refusal(this::poll)).hasMessageContaining("AIRTABLE_STATUS_FIELD");
  }

  @Test
  void asksForLongListsInTheBody() throws Exception {
    String name = "\uD83D\uDE80".repeat(450);
    service().table.rename("Status", name);
    fixture().person();
    String id = service().put(JSON.createObjectNode().put(service().table.id(name), "Todo"));
    try (TaskQueue wordy = open(Map.of("AIRTABLE_STATUS_FIELD", name))) {
      assertThat(wordy.poll(Optional.empty()).tasks()).extracting(Task::id).containsExactly(id);
    }
    assertThat(paths()).anyMatch(path -> path.endsWith("/listRecords"));
  }
}
