package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Makes tasks of records. What a record's fields do not hold is not there at all. */
final class Rows {
  private static final String WEB = "https://airtable.com/";

  private final Layout layout;

  /**
   * A record.
   *
   * @param task all but its blockers
   * @param status the name of its option; empty where it has none
   * @param blockedBy ids of the records it links to, finished ones too
   * @param comments how many it has
   * @param print the same as long as nothing that we look at has changed
   */
  record Row(Task task, Optional<String> status, List<String> blockedBy, int comments, UUID print) {
    Row {
      blockedBy = List.copyOf(blockedBy);
    }

    String id() {
      return task.id();
    }

    Task with(List<Blocker> blockers) {
      return Task.of(task.id(), task.title(), task.standing())
          .description(task.description())
          .priority(task.priority())
          .due(task.due())
          .author(task.author())
          .blockers(blockers)
          .url(task.url())
          .links(task.links())
          .createdAt(task.createdAt())
          .build();
    }
  }

  Rows(Layout layout) {
    this.layout = layout;
  }

  Row row(JsonNode record) throws QueueException, StaleLayoutException {
    String id = Json.text(record, "id");
    JsonNode fields = record.path("fields");
    if (!fields.isObject()) {
      throw QueueException.retryLater("Airtable's answer lacks a record's fields.");
    }
    Optional<String> status = text(fields, Column.STATUS);
    Standing standing = layout.standing(status);
    List<String> blockedBy = new ArrayList<>();
    value(fields, Column.BLOCKED_BY).forEach(link -> blockedBy.add(link.asText()));
    Task task =
        Task.of(id, text(fields, Column.TITLE).orElse(""), standing)
            .description(text(fields, Column.DESCRIPTION).orElse(""))
            .priority(priority(fields))
            .due(due(fields))
            .author(author(value(fields, Column.AUTHOR)))
            .url(uri(WEB + layout.names().base() + "/" + layout.table() + "/" + id))
            .links(links(fields))
            .createdAt(Json.time(record, "createdTime"))
            .build();
    return new Row(task, status, blockedBy, record.path("commentCount").asInt(0), print(fields));
  }

  private JsonNode value(JsonNode fields, Column column) {
    return layout.find(column).map(field -> fields.path(field.id())).orElseGet(Json::object);
  }

  private Optional<String> text(JsonNode fields, Column column) {
    JsonNode value = value(fields, column);
    return value.isValueNode() ? Optional.of(value.asText()) : Optional.empty();
  }

  private int priority(JsonNode fields) {
    Optional<Layout.Field> field = layout.find(Column.PRIORITY);
    if (field.isEmpty()) {
      return 0;
    }
    JsonNode value = value(fields, Column.PRIORITY);
    if (value.isNumber()) {
      return (int) Math.max(0, Math.min(value.asDouble(), Integer.MAX_VALUE));
    }
    List<String> choices = field.get().choices();
    int at = choices.indexOf(value.asText());
    return at < 0 ? 0 : choices.size() - at;
  }

  private Optional<Instant> due(JsonNode fields) {
    return text(fields, Column.DUE)
        .flatMap(text -> {
          try {
            return Optional.of(
                text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text));
          } catch (DateTimeException none) {
            return Optional.empty();
          }
        });
  }

  /** A user; an address belongs to one user only, a name may be anybody's. */
  static Optional<Author> author(JsonNode user) {
    Optional<String> email = Json.find(user, "email");
    return Json.find(user, "id")
        .filter(id -> !id.isBlank())
        .map(id ->
            new Author(
                id,
                email,
                Json.find(user, "name").or(() -> email).orElse(id),
                !id.startsWith("usr")));
  }

  private List<URI> links(JsonNode fields) {
    List<URI> links = new ArrayList<>();
    for (String id : layout.attachments()) {
      for (JsonNode file : fields.path(id)) {
        Json.find(file, "url").flatMap(Rows::uri).ifPresent(links::add);
      }
    }
    return links;
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }

  /** Of files by their ids: their addresses change every few hours. */
  private UUID print(JsonNode fields) {
    Map<String, String> parts = new TreeMap<>();
    for (String id : layout.fieldIds()) {
      JsonNode value = fields.path(id);
      List<String> files = new ArrayList<>();
      value.forEach(one -> files.add(one.path("id").asText()));
      parts.put(id, layout.attachments().contains(id) ? files.toString() : value.toString());
    }
    return UUID.nameUUIDFromBytes(parts.toString().getBytes(StandardCharsets.UTF_8));
  }
}
