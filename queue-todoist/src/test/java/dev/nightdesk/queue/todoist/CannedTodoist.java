package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import dev.nightdesk.toolkit.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Todoist's unified API v1, as far as the queue needs it, with its refusals. */
final class CannedTodoist extends CannedService {
  static final String TOKEN = "0123456789abcdef0123456789abcdef01234567";

  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "user", Set.of(),
          "projects", Set.of("cursor", "limit"),
          "labels", Set.of("cursor", "limit"),
          "tasks",
              Set.of("project_id", "parent_id", "section_id", "label", "ids", "cursor", "limit"),
          "comments", Set.of("project_id", "task_id", "cursor", "limit"));

  final CannedState state = new CannedState();
  private final CannedCommands commands = new CannedCommands(state);
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private volatile boolean forgetsCursors;

  CannedTodoist() throws IOException {
    super("todoist");
  }

  /** What it did because of commands, e.g. {@code note_add}; what it had done before is no more. */
  List<String> ledger() {
    return commands.ledger();
  }

  /** What it refused as wrong. */
  List<String> refusals() {
    return List.copyOf(refusals);
  }

  /** From now on no page of a list but the first can be had, once. */
  void forgetCursors() {
    forgetsCursors = true;
  }

  static Reply error(int status, String tag) {
    ObjectNode body = Json.object().put("error", "No: " + tag).put("error_code", 20);
    body.put("error_tag", tag).put("http_code", status);
    body.putObject("error_extra").put("retry_after", 1280).put("event_id", "e");
    return Reply.of(status, body.toString());
  }

  private Reply refuse(int status, String tag, Request request) {
    refusals.add(status + " " + tag + " " + request.method() + " " + request.path());
    return error(status, tag);
  }

  @Override
  protected Reply answer(Request request) throws Exception {
    List<String> parts = request.parts();
    if (!parts.subList(0, Math.min(2, parts.size())).equals(List.of("api", "v1"))) {
      return refuse(410, "DEPRECATED", request);
    }
    if (!request.header("authorization").equals(Optional.of("Bearer " + TOKEN))) {
      return refuse(401, "UNAUTHORIZED", request);
    }
    String what = parts.get(2);
    if (what.equals("sync") && request.method().equals("POST")) {
      return sync(request);
    }
    if (!request.method().equals("GET")) {
      return refuse(405, "METHOD_NOT_ALLOWED", request);
    }
    if (what.equals("tasks") && parts.size() == 4) {
      return task(parts.get(3), request);
    }
    Set<String> known = KNOWN.get(what);
    if (known == null || parts.size() != 3 || !known.containsAll(request.query().keySet())) {
      return refuse(known == null ? 404 : 400, "INVALID_ARGUMENT", request);
    }
    return what.equals("user") ? user() : list(what, request);
  }

  private static Reply user() {
    ObjectNode user = Json.object().put("id", CannedState.OWNER).put("full_name", "Olga Owner");
    return Reply.of(user.put("inbox_project_id", "6inbox"));
  }

  private Reply task(String id, Request request) {
    if (id.matches("\\d+")) {
      return refuse(400, "V1_ID_CANNOT_BE_USED", request);
    }
    return state.item(id).map(Reply::of).orElseGet(() -> error(404, "NOT_FOUND"));
  }

  private Reply list(String what, Request request) {
    int limit = request.asked("limit").map(Integer::parseInt).orElse(50);
    if (limit < 1 || limit > 200) {
      return refuse(400, "INVALID_ARGUMENT_VALUE", request);
    }
    Optional<String> task = request.asked("task_id");
    if (what.equals("comments") && task.isPresent() == request.asked("project_id").isPresent()) {
      return refuse(400, "ARGUMENT_MISSING", request);
    }
    List<JsonNode> rows = new ArrayList<>();
    switch (what) {
      case "projects" -> rows.addAll(state.projects());
      case "labels" -> rows.add(Json.object().put("id", "6l").put("name", "agent-done"));
      case "comments" -> {
        if (state.item(task.orElse("")).isEmpty()) {
          return error(404, "NOT_FOUND");
        }
        rows.addAll(state.notes(note -> note.path("item_id").asText().equals(task.orElse(""))));
      }
      default -> rows.addAll(tasks(request));
    }
    return page(rows, limit, request);
  }

  private List<JsonNode> tasks(Request request) {
    return state.items(item ->
        !item.path("checked").asBoolean()
            && matches(request, "project_id", item)
            && matches(request, "parent_id", item));
  }

  private static boolean matches(Request request, String field, JsonNode item) {
    return request.asked(field).map(item.path(field).asText()::equals).orElse(true);
  }

  /** A cursor is the number of rows before it, so that rows vanish between pages as they do. */
  private Reply page(List<JsonNode> rows, int limit, Request request) {
    Optional<String> cursor = request.asked("cursor");
    if (cursor.isPresent() && forgetsCursors) {
      forgetsCursors = false;
      return error(400, "INVALID_CURSOR");
    }
    int from =
        cursor.map(at -> Integer.parseInt(decoded(at.substring(0, at.indexOf('.'))))).orElse(0);
    int to = Math.min(rows.size(), from + limit);
    ObjectNode page = Json.object();
    ArrayNode results = page.putArray("results");
    rows.subList(Math.min(from, to), to).forEach(results::add);
    page.putNull("next_cursor");
    if (to < rows.size()) {
      page.put("next_cursor", encoded("" + to) + ".x");
    }
    return Reply.of(page);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String text) {
    return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private Reply sync(Request request) throws Exception {
    Map<String, String> form = fields(request);
    Set<String> unknown = new HashSet<>(form.keySet());
    unknown.removeAll(Set.of("sync_token", "resource_types", "commands"));
    if (!unknown.isEmpty() || request.body().length() > 1 << 20) {
      return refuse(400, "INVALID_ARGUMENT", request);
    }
    ObjectNode reply = Json.object();
    if (form.containsKey("commands")) {
      commands.run(form.get("commands"), reply);
    }
    if (form.containsKey("resource_types")) {
      String token = form.getOrDefault("sync_token", "*");
      if (!token.equals("*") && !token.matches("sync-\\d+")) {
        return error(400, "INVALID_SYNC_TOKEN");
      }
      read(token, form.get("resource_types"), reply);
    }
    return Reply.of(reply);
  }

  /**
   * As a form with JSON in it, which is documented, or as JSON, which the official client sends.
   */
  private static Map<String, String> fields(Request request) throws IOException {
    Map<String, String> fields = new HashMap<>();
    if (request.header("content-type").orElse("").startsWith("application/json")) {
      for (Map.Entry<String, JsonNode> field : request.json().properties()) {
        JsonNode value = field.getValue();
        fields.put(field.getKey(), value.isTextual() ? value.asText() : value.toString());
      }
    } else {
      request.form().forEach((name, values) -> fields.put(name, values.getFirst()));
    }
    return fields;
  }

  private void read(String token, String types, ObjectNode reply) {
    boolean full = token.equals("*");
    long since = full ? 0 : Long.parseLong(token.substring("sync-".length()));
    reply.put("sync_token", "sync-" + state.version()).put("full_sync", full);
    if (types.contains("\"items\"")) {
      ArrayNode items = reply.putArray("items");
      state.itemsSince(since).stream()
          .filter(item -> !full || !item.path("checked").asBoolean())
          .forEach(items::add);
    }
    if (types.contains("\"notes\"")) {
      state.notesSince(since).forEach(reply.putArray("notes")::add);
    }
    if (types.contains("\"collaborator_states\"")) {
      reply.set("collaborator_states", state.collaborators());
    }
  }
}
