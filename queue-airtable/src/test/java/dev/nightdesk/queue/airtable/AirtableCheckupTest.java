package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Finding.State;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What doctor says. */
class AirtableCheckupTest extends AirtableStage {

  private List<Finding> wrong(Map<String, String> settings) throws Exception {
    try (TaskQueue queue = open(settings)) {
      return queue.check().stream().filter(one -> one.state() == State.WRONG).toList();
    }
  }

  private void assertWrong(Map<String, String> settings, String subject, String words)
      throws Exception {
    assertThat(wrong(settings))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.subject()).isEqualTo(subject);
          assertThat(one.message()).contains(words);
        });
  }

  @Test
  void findsNothingWrongWhereNothingIsWrong() throws Exception {
    fixture().person().puts(Draft.of("there"));
    assertThat(wrong(Map.of())).isEmpty();
    assertThat(queue().check())
        .extracting(Finding::message)
        .anyMatch(message -> message.contains(CannedAirtable.ME))
        .anyMatch(message -> message.equals("1 open task."));
    assertThat(service().writes()).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithTheToken() throws Exception {
    assertWrong(Map.of("AIRTABLE_API_KEY", "patWrong"), "AIRTABLE_API_KEY", "does not accept");
    service().schema.permission = "comment";
    assertWrong(Map.of(), "AIRTABLE_BASE_ID", "may not change records");
    service().schema.permission = "edit";
    service().schema.scopes.remove("data.recordComments:read");
    fixture().person().puts(Draft.of("there"));
    assertWrong(Map.of(), "AIRTABLE_API_KEY", "data.recordComments:read");
  }

  @Test
  void saysThatTheTokenDoesNotSeeTheBase() throws Exception {
    assertWrong(Map.of("AIRTABLE_BASE_ID", "appOther"), "AIRTABLE_BASE_ID", "access list");
  }

  @Test
  void saysWhichTablesThereAre() throws Exception {
    assertWrong(Map.of("AIRTABLE_TABLE", "Jobs"), "AIRTABLE_TABLE", "Tasks (tblTasks000000000)");
    service().schema.others.put("tblTwin0000000000", "tasks");
    assertThat(wrong(Map.of("AIRTABLE_TABLE", "Tasks"))).isEmpty();
    assertWrong(Map.of("AIRTABLE_TABLE", "TASKS"), "AIRTABLE_TABLE", "write its id");
    assertThat(wrong(Map.of("AIRTABLE_TABLE", CannedAirtable.TABLE))).isEmpty();
  }

  @Test
  void saysWhichFieldsDoNotFit() throws Exception {
    assertWrong(Map.of("AIRTABLE_TITLE_FIELD", "Titel"), "AIRTABLE_TITLE_FIELD", "Name (fldName");
    assertWrong(Map.of("AIRTABLE_DUE_FIELD", "Notes"), "AIRTABLE_DUE_FIELD", "date or dateTime");
    service().schema.linkedTable = "tblOther000000000";
    assertWrong(Map.of(), "AIRTABLE_BLOCKED_BY_FIELD", "another table");
    service().schema.statusType = "singleLineText";
    assertThat(wrong(Map.of("AIRTABLE_BLOCKED_BY_FIELD", "")))
        .singleElement()
        .extracting(Finding::subject)
        .isEqualTo("AIRTABLE_STATUS_FIELD");
  }

  @Test
  void saysWhichOptionsAreMissing() throws Exception {
    service().schema.statuses.remove("Review");
    assertWrong(Map.of(), "AIRTABLE_REVIEW_STATUS", "no option 'Review'");
    assertThat(refusal(this::poll)).hasMessageContaining("AIRTABLE_REVIEW_STATUS");
  }

  @Test
  void doesWithoutADescriptionThatNobodyAskedFor() throws Exception {
    service().table.rename("Notes", "Details");
    fixture().person();
    assertThat(wrong(Map.of())).isEmpty();
    assertThat(queue().check())
        .filteredOn(one -> one.state() == State.WARNING)
        .extracting(Finding::subject)
        .contains("AIRTABLE_DESCRIPTION_FIELD");
    assertWrong(
        Map.of("AIRTABLE_DESCRIPTION_FIELD", "Text"), "AIRTABLE_DESCRIPTION_FIELD", "Details");
  }
}
