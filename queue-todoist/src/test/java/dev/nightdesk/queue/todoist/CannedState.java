package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is in a {@link CannedTodoist}: tasks, comments, and in which order they changed. */
final class CannedState {
  static final String OWNER = "1000";
  static final String ANN = "1001";
  static final String HOME = "6project0home";

  private final Map<String, Row> items = new LinkedHashMap<>();
  private final Map<String, Row> notes = new LinkedHashMap<>();
  private final List<ObjectNode> projects = new ArrayList<>();
  private final ArrayNode collaborators = Json.array();
  private long version = 1;
  private Duration trail = Duration.ZERO;
  private Instant last = Instant.EPOCH;

  /** A thing, and when it changed. */
  private record Row(ObjectNode json, long version, long nanos) {}

  CannedState() {
    project(HOME, "Desk");
  }

  synchronized void project(String id, String name) {
    ObjectNode project = Json.object().put("id", id).put("name", name).put("color", "grey");
    project.put("can_assign_tasks", true).put("child_order", 1).put("default_order", 1);
    project.put("created_at", "2026-01-01T00:00:00.000000Z").put("is_archived", false);
    project.put("is_deleted", false).put("is_favorite", false).put("is_frozen", false);
    project.putNull("updated_at").put("view_style", "list").put("description", "");
    project.put("is_collapsed", false).put("is_shared", false).putNull("parent_id");
    projects.add(project.put("inbox_project", false));
  }

  synchronized List<ObjectNode> projects() {
    return List.copyOf(projects);
  }

  synchronized void collaborator(String user, String project, String state) {
    collaborators.add(
        Json.object()
            .put("user_id", user)
            .put("project_id", project)
            .put("state", state)
            .put("is_deleted", false));
  }

  synchronized void noCollaborators() {
    collaborators.removeAll();
  }

  synchronized ArrayNode collaborators() {
    return collaborators.deepCopy();
  }

  /** Lists show a write only so much later. */
  synchronized void trail(Duration time) {
    trail = time;
  }

  /** Of what lists show. */
  synchronized long version() {
    return Stream.concat(shown(items, 0, any -> true), shown(notes, 0, any -> true))
        .mapToLong(Row::version)
        .max()
        .orElse(1);
  }

  /** Later than any time it gave before. */
  private Instant now() {
    Instant now = Instant.now();
    last = now.isAfter(last) ? now : last.plusNanos(1000);
    return last;
  }

  private void put(Map<String, Row> rows, ObjectNode json) {
    version++;
    rows.put(json.path("id").asText(), new Row(json, version, System.nanoTime()));
  }

  synchronized String addItem(ObjectNode given, String by) {
    String id = "6task" + (items.size() + 1);
    ObjectNode item = Json.object();
    item.put("user_id", OWNER).put("id", id).put("project_id", HOME);
    item.putNull("section_id").putNull("parent_id").put("added_by_uid", by);
    item.putNull("assigned_by_uid").putNull("responsible_uid").set("labels", Json.array());
    item.putNull("deadline").putNull("duration").put("is_collapsed", false);
    item.put("checked", false).put("is_deleted", false).put("added_at", now().toString());
    item.putNull("completed_at").putNull("completed_by_uid").put("updated_at", last.toString());
    item.putNull("due").put("priority", 1).put("child_order", 1).put("order_key", "a");
    item.put("content", "").put("description", "").put("note_count", 0).put("day_order", 1);
    item.put("completed_count", 0).put("postponed_count", 0);
    item.setAll(given);
    put(items, item);
    return id;
  }

  synchronized boolean change(String id, Consumer<ObjectNode> change) {
    Row row = items.get(id);
    if (row == null || row.json().path("is_deleted").asBoolean()) {
      return false;
    }
    ObjectNode after = row.json().deepCopy();
    change.accept(after);
    after.put("updated_at", now().toString());
    put(items, after);
    return true;
  }

  synchronized String addNote(String item, String content, String by) {
    String id = "6note" + (notes.size() + 1);
    ObjectNode note = Json.object().put("id", id).put("posted_uid", by).put("content", content);
    note.putNull("file_attachment").putNull("uids_to_notify").put("is_deleted", false);
    note.put("posted_at", now().toString()).putNull("reactions").put("item_id", item);
    put(notes, note);
    return id;
  }

  synchronized void changeNote(String id, Consumer<ObjectNode> change) {
    ObjectNode after = Optional.ofNullable(notes.get(id)).orElseThrow().json().deepCopy();
    change.accept(after);
    put(notes, after);
  }

  /** As it is now. */
  synchronized Optional<ObjectNode> item(String id) {
    return Optional.ofNullable(items.get(id))
        .map(Row::json)
        .filter(item -> !item.path("is_deleted").asBoolean());
  }

  synchronized List<JsonNode> items(Predicate<JsonNode> wanted) {
    return json(items, 0, item -> !item.path("is_deleted").asBoolean() && wanted.test(item));
  }

  synchronized List<JsonNode> notes(Predicate<JsonNode> wanted) {
    return json(notes, 0, note -> !note.path("is_deleted").asBoolean() && wanted.test(note));
  }

  synchronized List<JsonNode> itemsSince(long since) {
    return json(items, since, item -> true);
  }

  synchronized List<JsonNode> notesSince(long since) {
    return json(notes, since, note -> true);
  }

  private List<JsonNode> json(Map<String, Row> rows, long since, Predicate<JsonNode> wanted) {
    return shown(rows, since, wanted).map(Row::json).map(JsonNode.class::cast).toList();
  }

  private Stream<Row> shown(Map<String, Row> rows, long since, Predicate<JsonNode> wanted) {
    long young = System.nanoTime() - trail.toNanos();
    return rows.values().stream()
        .filter(row -> row.version() > since)
        .filter(row -> row.nanos() - young <= 0 && wanted.test(row.json()));
  }
}
