package dev.nightdesk.queue.airtable;

import static dev.nightdesk.queue.airtable.CannedTable.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.Exchange.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a canned Airtable says of its base, its tables and the token's user. */
final class CannedSchema {
  private final CannedTable table;

  /** Tables of the base by their ids, beside the one with the records. */
  final Map<String, String> others = new HashMap<>(Map.of("tblOther000000000", "Other"));

  final Set<String> scopes =
      new HashSet<>(
          Set.of(
              "schema.bases:read",
              "data.records:read",
              "data.records:write",
              "data.recordComments:read",
              "data.recordComments:write"));
  final List<String> statuses =
      new ArrayList<>(
          List.of("Todo", "In progress", "Review", "Failed", "Held", "Done", "It's \\ odd"));
  volatile String tableName = "Tasks";
  volatile String statusType = "singleSelect";
  volatile String linkedTable = CannedAirtable.TABLE;
  volatile String permission = "edit";

  CannedSchema(CannedTable table) {
    this.table = table;
  }

  Reply answer(List<String> parts) {
    if (parts.size() == 3 && parts.get(2).equals("whoami")) {
      return Reply.of(JSON.createObjectNode().put("id", CannedAirtable.ME));
    }
    if (!scopes.contains("schema.bases:read")) {
      return CannedAirtable.forbidden();
    }
    if (parts.size() == 3) {
      ObjectNode body = JSON.createObjectNode();
      body.putArray("bases")
          .addObject()
          .put("id", CannedAirtable.BASE)
          .put("name", "Canned")
          .put("permissionLevel", permission);
      return Reply.of(body);
    }
    return parts.get(3).equals(CannedAirtable.BASE)
        ? Reply.of(tables())
        : CannedAirtable.forbidden();
  }

  private ObjectNode tables() {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode tables = body.putArray("tables");
    others.forEach(
        (id, name) -> tables.addObject().put("id", id).put("name", name).putArray("fields"));
    ArrayNode fields =
        tables
            .addObject()
            .put("id", CannedAirtable.TABLE)
            .put("name", tableName)
            .putArray("fields");
    table.ids.forEach((name, id) -> {
      ObjectNode field = fields.addObject().put("id", id).put("name", name).put("type", type(id));
      ObjectNode options = field.putObject("options");
      if (id.startsWith("fldStatus")) {
        ArrayNode choices = options.putArray("choices");
        statuses.forEach(status -> choices.addObject().put("name", status));
      } else if (id.startsWith("fldWaits")) {
        options.put("linkedTableId", linkedTable);
      }
    });
    return body;
  }

  private String type(String id) {
    return switch (id.substring(3, 7)) {
      case "Stat" -> statusType;
      case "Prio" -> "number";
      case "DueD", "Due0" -> "dateTime";
      case "Wait" -> "multipleRecordLinks";
      case "Made" -> "createdBy";
      case "File" -> "multipleAttachments";
      case "Note", "Resu" -> "multilineText";
      default -> "singleLineText";
    };
  }
}
