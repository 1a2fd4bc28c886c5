package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.toolkit.http.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Dates of Todoist: a day, a local time, or a time in UTC. */
final class Due {
  private static final int DAY = "2026-11-21".length();

  private Due() {}

  /** When an item should be done: its date, else its deadline. It only puts tasks in order. */
  static Optional<Instant> of(JsonNode item) {
    return time(item.path("due")).or(() -> time(item.path("deadline")));
  }

  /** The occurrence of a recurring item. */
  static Optional<String> round(JsonNode item) {
    JsonNode due = item.path("due");
    return due.path("is_recurring").asBoolean() ? Json.find(due, "date") : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode due) {
    return Json.find(due, "date")
        .flatMap(text -> {
          try {
            return Optional.of(time(text, zone(due)));
          } catch (DateTimeException unknownForm) {
            return Optional.empty();
          }
        });
  }

  private static Instant time(String text, ZoneId zone) {
    if (text.length() == DAY) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    return text.endsWith("Z")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(zone).toInstant();
  }

  private static ZoneId zone(JsonNode due) {
    return Json.find(due, "timezone").map(ZoneId::of).orElse(ZoneOffset.UTC);
  }
}
