package dev.nightdesk.queue.airtable;

import static dev.nightdesk.queue.airtable.CannedTable.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.queue.airtable.CannedTable.Item;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Airtable with one base and, for its table, the fields and options of the tests. It refuses what
 * the service refuses: tokens, rights, unknown fields and options, pages and batches that are too
 * large, formulas with unknown names, offsets that are no longer valid.
 */
final class CannedAirtable extends CannedService {
  static final String TOKEN = "patCanned00000.secret";
  static final String BASE = "appCanned00000000";
  static final String TABLE = "tblTasks000000000";
  static final String ME = "usrMe000000000000";
  static final String ANN = "usrAnn00000000000";

  private static final int LONGEST_URL = 16_000;

  private final Map<String, List<ObjectNode>> iterators = new HashMap<>();

  /** The records; guarded by this. */
  final CannedTable table = new CannedTable();

  /** What the base looks like, and what the token may do there; guarded by this. */
  final CannedSchema schema = new CannedSchema(table);

  CannedAirtable() throws IOException {
    super("airtable");
  }

  /** A refusal, in the shape that most of the service uses. */
  static Reply refusal(int status, String type, String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error").put("type", type).put("message", message);
    return Reply.of(status, body.toString());
  }

  static Reply forbidden() {
    return refusal(
        403,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "Invalid permissions, or the requested model was not found.");
  }

  private static Reply notFound() {
    return Reply.of(404, "{\"error\":\"NOT_FOUND\"}");
  }

  @Override
  protected synchronized Reply answer(Request request) throws Exception {
    // The official client ends some addresses with a slash.
    List<String> parts = request.parts().stream().filter(part -> !part.isEmpty()).toList();
    if (!request.header("Authorization").equals(Optional.of("Bearer " + TOKEN))) {
      return refusal(401, "AUTHENTICATION_REQUIRED", "Authentication required");
    }
    if (!parts.getFirst().equals("v0")) {
      return notFound();
    }
    if (parts.get(1).equals("meta")) {
      return schema.answer(parts);
    }
    if (!parts.get(1).equals(BASE) || parts.size() < 3 || !parts.get(2).equals(TABLE)) {
      return forbidden();
    }
    boolean comments = parts.size() == 5;
    boolean listing = parts.size() == 4 && parts.get(3).equals("listRecords");
    boolean reading = request.method().equals("GET") || listing;
    String scope =
        (comments ? "data.recordComments:" : "data.records:") + (reading ? "read" : "write");
    if (!schema.scopes.contains(scope)) {
      return forbidden();
    }
    if (listing) {
      return listPosted(request.json());
    }
    return switch (parts.size()) {
      case 3 -> records(request);
      case 4 -> record(request, parts.get(3));
      default -> comments(request, parts.get(3));
    };
  }

  private Reply records(Request request) throws IOException {
    if (request.method().equals("GET")) {
      if (request.path().length() + request.query().toString().length() > LONGEST_URL) {
        return Reply.of(414, "");
      }
      boolean count =
          request.query().getOrDefault("recordMetadata[]", List.of()).contains("commentCount");
      Reply listed =
          list(
              request.asked("filterByFormula").orElse("1"),
              Set.copyOf(request.query().getOrDefault("fields[]", List.of())),
              count,
              request.asked("offset"),
              Integer.parseInt(request.asked("pageSize").orElse("100")));
      return byId(request) ? listed : named(listed);
    }
    JsonNode body = request.json();
    if (body.path("typecast").asBoolean()) {
      return refusal(422, "TEST", "the queue makes no options");
    }
    JsonNode records = body.path("records");
    if (records.isEmpty() || records.size() > 10) {
      return refusal(422, "INVALID_REQUEST_UNKNOWN", "Too many records");
    }
    Reply written = write(request.method(), records);
    return body.path("returnFieldsByFieldId").asBoolean() ? written : named(written);
  }

  private static boolean byId(Request request) {
    return request.asked("returnFieldsByFieldId").equals(Optional.of("true"));
  }

  private Reply named(Reply reply) throws IOException {
    ObjectNode body = (ObjectNode) JSON.readTree(reply.body());
    if (body.has("records")) {
      ArrayNode records = JSON.createArrayNode();
      body.path("records").forEach(record -> records.add(table.named((ObjectNode) record)));
      body.set("records", records);
    }
    return Reply.of(reply.status(), body.toString());
  }

  private Reply listPosted(JsonNode body) {
    Set<String> fields = new HashSet<>();
    body.path("fields").forEach(field -> fields.add(field.asText()));
    return list(
        body.path("filterByFormula").asText("1"),
        fields,
        body.path("recordMetadata").toString().contains("commentCount"),
        Optional.ofNullable(body.path("offset").textValue()),
        body.path("pageSize").asInt(100));
  }

  private Reply list(
      String formula, Set<String> fields, boolean count, Optional<String> offset, int size) {
    if (size > 100 || !fields.stream().allMatch(field -> table.known(field).isPresent())) {
      return refusal(422, "UNKNOWN_FIELD_NAME", "Unknown field name");
    }
    List<ObjectNode> left;
    if (offset.isPresent()) {
      left = iterators.remove(offset.get());
      if (left == null) {
        return refusal(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "");
      }
    } else {
      try {
        left = table.list(formula, table.known(fields), count);
      } catch (RuntimeException wrong) {
        return refusal(422, "INVALID_FILTER_BY_FORMULA", String.valueOf(wrong.getMessage()));
      }
    }
    ObjectNode body = JSON.createObjectNode();
    left.stream().limit(size).forEach(body.putArray("records")::add);
    if (left.size() > size) {
      String next = table.nextId("itr");
      iterators.put(next, List.copyOf(left.subList(size, left.size())));
      body.put("offset", next);
    }
    return Reply.of(body);
  }

  /** Every listing that has begun cannot go on. */
  synchronized void forgetListings() {
    iterators.clear();
  }

  private Reply write(String method, JsonNode records) {
    for (JsonNode record : records) {
      Optional<Reply> objection = objection(method, record);
      if (objection.isPresent()) {
        return objection.get();
      }
    }
    ObjectNode body = JSON.createObjectNode();
    ArrayNode written = body.putArray("records");
    for (JsonNode record : records) {
      ObjectNode fields = table.byId(record.path("fields"));
      Item item;
      if (method.equals("POST")) {
        item = table.add(fields);
      } else {
        table.change(record.path("id").asText(), fields);
        item = table.find(record.path("id").asText()).orElseThrow();
      }
      written.add(table.json(item, item.fields(), Set.of()));
    }
    return Reply.of(body);
  }

  private Optional<Reply> objection(String method, JsonNode record) {
    if (method.equals("PATCH") && table.find(record.path("id").asText()).isEmpty()) {
      return Optional.of(refusal(422, "ROW_DOES_NOT_EXIST", "Record does not exist"));
    }
    for (Map.Entry<String, JsonNode> field : table.byId(record.path("fields")).properties()) {
      String id = field.getKey();
      String value = field.getValue().asText();
      if (!table.ids.containsValue(id)) {
        return Optional.of(refusal(422, "UNKNOWN_FIELD_NAME", "Unknown field name: " + id));
      }
      if (id.startsWith("fldStatus") && !schema.statuses.contains(value)) {
        return Optional.of(
            refusal(
                422,
                "INVALID_MULTIPLE_CHOICE_OPTIONS",
                "Insufficient permissions to create new select option \"" + value + "\""));
      }
      if (value.length() > 100_000) {
        return Optional.of(refusal(422, "INVALID_VALUE_FOR_COLUMN", "Too long"));
      }
    }
    return Optional.empty();
  }

  private Reply record(Request request, String id) {
    Optional<Item> item = table.find(id);
    if (item.isEmpty()) {
      return notFound();
    }
    ObjectNode record = table.json(item.get(), item.get().fields(), Set.of());
    return Reply.of(byId(request) ? record : table.named(record));
  }

  private Reply comments(Request request, String id) throws IOException {
    Optional<Item> item = table.find(id);
    if (item.isEmpty()) {
      return forbidden();
    }
    if (request.method().equals("POST")) {
      String text = request.json().path("text").asText();
      return text.isEmpty() || text.contains("\0")
          ? refusal(422, "INVALID_REQUEST_UNKNOWN", "Invalid text")
          : Reply.of(say(id, ME, text));
    }
    int size = Integer.parseInt(request.asked("pageSize").orElse("100"));
    List<ObjectNode> newest =
        table.notes(item.get()).reversed().stream().map(CannedTable.Note::json).toList();
    int from = request.asked("offset").map(Integer::parseInt).orElse(0);
    int to = Math.min(newest.size(), from + size);
    ObjectNode body = JSON.createObjectNode();
    newest.subList(from, to).forEach(body.putArray("comments")::add);
    body.put("offset", to < newest.size() ? Integer.toString(to) : null);
    return Reply.of(body);
  }

  /** Writes a comment as a user. */
  synchronized ObjectNode say(String id, String user, String text) {
    Instant at = Instant.now();
    ObjectNode note =
        JSON.createObjectNode()
            .put("id", table.nextId("com"))
            .put("createdTime", at.toString())
            .putNull("lastUpdatedTime")
            .put("text", text);
    note.putObject("author")
        .put("id", user)
        .put("email", user.toLowerCase(java.util.Locale.ROOT) + "@example.org")
        .put("name", user.substring(3, 6));
    table.find(id).orElseThrow().notes.add(new CannedTable.Note(at, note));
    return note;
  }

  /** Makes a record as a person would. */
  synchronized String put(ObjectNode fields) {
    return table.add(fields).id;
  }

  /** Changes one field of a record as a person would. */
  synchronized void set(String id, String field, JsonNode value) {
    table.change(id, JSON.createObjectNode().set(table.id(field), value));
  }

  synchronized void delete(String id) {
    table.delete(id);
  }

  /** A record's field as it is now. */
  synchronized String get(String id, String field) {
    return table.find(id).orElseThrow().fields().path(table.id(field)).asText();
  }
}
