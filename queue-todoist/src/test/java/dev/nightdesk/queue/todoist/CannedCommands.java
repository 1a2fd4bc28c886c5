package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.toolkit.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The commands of {@code /sync}: each uuid is executed once, and failures come with status 200. */
final class CannedCommands {
  private static final Set<String> KNOWN_ARGS =
      Set.of("id", "item_id", "project_id", "content", "description", "labels", "priority");
  private static final int LONGEST_NOTE = 15_000;
  private static final int LONGEST_TITLE = 500;

  private final CannedState state;
  private final Set<String> executed = new HashSet<>();
  private final List<String> ledger = new CopyOnWriteArrayList<>();

  CannedCommands(CannedState state) {
    this.state = state;
  }

  List<String> ledger() {
    return List.copyOf(ledger);
  }

  /** Of a command that was executed before it says no more than that. */
  synchronized void run(String commands, ObjectNode reply) throws IOException {
    ObjectNode status = reply.putObject("sync_status");
    ObjectNode ids = reply.putObject("temp_id_mapping");
    for (JsonNode command : new ObjectMapper().readTree(commands)) {
      String uuid = command.path("uuid").asText();
      if (executed.contains(uuid)) {
        status.put(uuid, "ok");
        continue;
      }
      Optional<ObjectNode> refusal = execute(command, ids);
      if (refusal.isPresent()) {
        status.set(uuid, refusal.get());
      } else {
        executed.add(uuid);
        ledger.add(command.path("type").asText());
        status.put(uuid, "ok");
      }
    }
  }

  private Optional<ObjectNode> execute(JsonNode command, ObjectNode ids) {
    JsonNode args = command.path("args");
    String temp = command.path("temp_id").asText();
    List<String> names = new ArrayList<>();
    args.fieldNames().forEachRemaining(names::add);
    if (!KNOWN_ARGS.containsAll(names) || !command.path("uuid").asText().matches("[0-9a-f-]{36}")) {
      return refuse(400, "INVALID_ARGUMENT_VALUE");
    }
    return switch (command.path("type").asText()) {
      case "note_add" -> addNote(args, temp, ids);
      case "item_update" -> update(args);
      case "item_add" -> add(args, temp, ids);
      default -> refuse(400, "UNKNOWN_COMMAND");
    };
  }

  private Optional<ObjectNode> addNote(JsonNode args, String temp, ObjectNode ids) {
    String content = args.path("content").asText();
    String item = args.path("item_id").asText();
    if (content.isBlank() || content.length() > LONGEST_NOTE || content.indexOf('\0') >= 0) {
      return refuse(400, "INVALID_ARGUMENT_VALUE");
    }
    if (state.item(item).isEmpty()) {
      return refuse(404, "ITEM_NOT_FOUND");
    }
    ids.put(temp, state.addNote(item, content, CannedState.OWNER));
    return Optional.empty();
  }

  private Optional<ObjectNode> update(JsonNode args) {
    if (args.path("labels").valueStream().anyMatch(label -> label.asText().length() > 128)) {
      return refuse(400, "INVALID_ARGUMENT_VALUE");
    }
    boolean there =
        state.change(args.path("id").asText(), item -> item.set("labels", args.get("labels")));
    return there ? Optional.empty() : refuse(404, "ITEM_NOT_FOUND");
  }

  private Optional<ObjectNode> add(JsonNode args, String temp, ObjectNode ids) {
    String title = args.path("content").asText();
    int priority = args.path("priority").asInt(1);
    if (title.isBlank() || title.length() > LONGEST_TITLE || priority < 1 || priority > 4) {
      return refuse(400, "INVALID_ARGUMENT_VALUE");
    }
    ids.put(temp, state.addItem((ObjectNode) args, CannedState.OWNER));
    return Optional.empty();
  }

  private static Optional<ObjectNode> refuse(int code, String tag) {
    ObjectNode error = Json.object().put("error", "No: " + tag).put("error_code", 20);
    return Optional.of(error.put("error_tag", tag).put("http_code", code));
  }
}
