package dev.nightdesk.queue.airtable;

import dev.nightdesk.spi.Setting;
import java.util.List;

/** What a field of the table can be for a task. */
enum Column {
  TITLE("AIRTABLE_TITLE_FIELD", "field with the title", ""),
  DESCRIPTION("AIRTABLE_DESCRIPTION_FIELD", "field with the description", ""),
  STATUS("AIRTABLE_STATUS_FIELD", "single select field with the status", "singleSelect"),
  PRIORITY(
      "AIRTABLE_PRIORITY_FIELD",
      "field with the priority: a number or rating (higher is more urgent), or a single select"
          + " (first option is the most urgent)",
      "number rating singleSelect"),
  DUE("AIRTABLE_DUE_FIELD", "date field with the due date", "date dateTime"),
  BLOCKED_BY(
      "AIRTABLE_BLOCKED_BY_FIELD",
      "field that links to the records, of the same table, which must be finished first",
      "multipleRecordLinks"),
  RESULT(
      "AIRTABLE_RESULT_FIELD",
      "long text field that gets the whole result",
      "multilineText richText"),
  AUTHOR(
      "AIRTABLE_AUTHOR_FIELD",
      "\"Created by\" or user field that says whose task it is",
      "createdBy singleCollaborator");

  private final String setting;
  private final String meaning;
  private final String types;

  Column(String setting, String meaning, String types) {
    this.setting = setting;
    this.meaning = meaning;
    this.types = types;
  }

  /** The setting that names the field, without a default. */
  Setting<String> setting() {
    return Setting.text(setting, meaning + ", by its name or id");
  }

  String settingName() {
    return setting;
  }

  /** The types that will do, as the service calls them; empty = any. */
  List<String> types() {
    return types.isEmpty() ? List.of() : List.of(types.split(" "));
  }
}
