package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The records of a canned base, with what they were before. Not for several threads by itself. */
final class CannedTable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Item> records = new LinkedHashMap<>();
  private long numbers = 1_000_000;

  /** Ids of the fields by their names; a test may rename them. */
  final Map<String, String> ids = new TreeMap<>();

  private final Map<String, String> originals;

  /** How many records the last listing showed. */
  int shown;

  /** How far listings are behind. */
  Duration trail = Duration.ZERO;

  CannedTable() {
    for (String name :
        List.of(
            "Name",
            "Notes",
            "Status",
            "Priority",
            "Due",
            "Waits for",
            "Result",
            "Made by",
            "Files",
            "Other")) {
      ids.put(name, "fld" + (name + "00000000000000").replace(" ", "").substring(0, 14));
    }
    originals = Map.copyOf(ids);
  }

  /** A state of a record. */
  record Version(Instant at, ObjectNode fields) {}

  /** A comment as it goes over the wire. */
  record Note(Instant at, ObjectNode json) {}

  /** A record with its history. */
  static final class Item {
    final String id;
    Instant created = Instant.now();
    final List<Version> versions = new ArrayList<>();
    final List<Note> notes = new ArrayList<>();

    Item(String id) {
      this.id = id;
    }

    ObjectNode fields() {
      return versions.getLast().fields();
    }
  }

  /** By the name that it has, or had in the beginning. */
  String id(String field) {
    return Optional.ofNullable(ids.get(field))
        .or(() -> Optional.ofNullable(originals.get(field)))
        .orElseThrow();
  }

  /** By the field's id or its name; empty = there is no such field. */
  Optional<String> known(String idOrName) {
    return ids.containsValue(idOrName)
        ? Optional.of(idOrName)
        : Optional.ofNullable(ids.get(idOrName));
  }

  Set<String> known(Set<String> fields) {
    return fields.stream().map(field -> known(field).orElseThrow()).collect(Collectors.toSet());
  }

  /** Values by the ids of their fields; a field that is not known keeps its name. */
  ObjectNode byId(JsonNode fields) {
    ObjectNode all = JSON.createObjectNode();
    fields
        .properties()
        .forEach(field -> all.set(known(field.getKey()).orElse(field.getKey()), field.getValue()));
    return all;
  }

  /** An answer as who did not ask for ids gets it: values by the names of their fields. */
  ObjectNode named(ObjectNode record) {
    ObjectNode fields = JSON.createObjectNode();
    ids.forEach((name, id) -> {
      if (record.path("fields").has(id)) {
        fields.set(name, record.path("fields").get(id));
      }
    });
    return record.deepCopy().set("fields", fields);
  }

  String nextId(String kind) {
    numbers++;
    return kind + String.format(Locale.ROOT, "%014d", numbers);
  }

  void rename(String field, String name) {
    ids.put(name, id(field));
    ids.remove(field);
  }

  Item add(ObjectNode fields) {
    Item item = new Item(nextId("rec"));
    item.versions.add(new Version(item.created, fields));
    records.put(item.id, item);
    return item;
  }

  Optional<Item> find(String id) {
    return Optional.ofNullable(records.get(id));
  }

  void change(String id, ObjectNode changes) {
    Item item = find(id).orElseThrow();
    ObjectNode fields = item.fields().deepCopy();
    changes.properties().forEach(change -> fields.set(change.getKey(), change.getValue()));
    item.versions.add(new Version(Instant.now(), fields));
  }

  /** Makes everything so much older. */
  void age(Duration by) {
    for (Item item : records.values()) {
      item.created = item.created.minus(by);
      item.versions.replaceAll(one -> new Version(one.at().minus(by), one.fields()));
    }
  }

  void delete(String id) {
    records.remove(id);
    records
        .values()
        .forEach(item ->
            item.versions.replaceAll(version -> {
              ObjectNode fields = version.fields().deepCopy();
              ArrayNode left = JSON.createArrayNode();
              fields
                  .path(id("Waits for"))
                  .forEach(link -> {
                    if (!link.asText().equals(id)) {
                      left.add(link);
                    }
                  });
              if (fields.has(id("Waits for"))) {
                fields.set(id("Waits for"), left);
              }
              return new Version(version.at(), fields);
            }));
  }

  /** What a listing shows now. */
  List<ObjectNode> list(String formula, Set<String> fieldIds, boolean withCount) {
    Instant until = Instant.now().minus(trail);
    List<ObjectNode> found = new ArrayList<>();
    for (Item item : records.values()) {
      Optional<Version> version =
          item.versions.stream().filter(one -> !one.at().isAfter(until)).reduce((a, b) -> b);
      if (version.isPresent() && CannedFormula.matches(formula, subject(item, version.get()))) {
        ObjectNode json = json(item, version.get().fields(), fieldIds);
        if (withCount) {
          json.put("commentCount", notes(item).size());
        }
        found.add(json);
      }
    }
    shown = found.size();
    return found;
  }

  List<Note> notes(Item item) {
    Instant until = Instant.now().minus(trail);
    return item.notes.stream().filter(note -> !note.at().isAfter(until)).toList();
  }

  /** Empty values are absent. */
  ObjectNode json(Item item, ObjectNode fields, Set<String> fieldIds) {
    ObjectNode json =
        JSON.createObjectNode().put("id", item.id).put("createdTime", item.created.toString());
    ObjectNode shown = json.putObject("fields");
    fields
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          boolean empty =
              value.isNull()
                  || (value.isTextual() && value.asText().isEmpty())
                  || (value.isArray() && value.isEmpty())
                  || (value.isBoolean() && !value.asBoolean());
          if (!empty && (fieldIds.isEmpty() || fieldIds.contains(field.getKey()))) {
            shown.set(field.getKey(), value);
          }
        });
    return json;
  }

  private CannedFormula.Subject subject(Item item, Version version) {
    Map<String, String> values =
        ids.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, entry -> version.fields().path(entry.getValue()).asText()));
    return new CannedFormula.Subject() {
      @Override
      public String id() {
        return item.id;
      }

      @Override
      public Instant created() {
        return item.created;
      }

      @Override
      public Instant modified() {
        return version.at();
      }

      @Override
      public Set<String> fieldNames() {
        return values.keySet();
      }

      @Override
      public String value(String fieldName) {
        return Optional.ofNullable(values.get(fieldName)).orElseThrow();
      }
    };
  }
}
