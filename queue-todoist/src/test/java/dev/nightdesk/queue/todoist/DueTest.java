package dev.nightdesk.queue.todoist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.toolkit.http.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DueTest {

  private static ObjectNode due(String date) {
    ObjectNode item = Json.object();
    item.putObject("due").put("date", date).put("is_recurring", false);
    return item;
  }

  @Test
  void readsAllThreeForms() {
    assertThat(Due.of(due("2026-11-21"))).contains(Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(Due.of(due("2026-11-21T09:30:00"))).contains(Instant.parse("2026-11-21T09:30:00Z"));
    assertThat(Due.of(due("2026-11-21T09:30:00.000000Z")))
        .contains(Instant.parse("2026-11-21T09:30:00Z"));
  }

  @Test
  void readsALocalTimeInItsZone() {
    ObjectNode item = due("2026-11-21T09:30:00");
    item.withObject("due").put("timezone", "Europe/Berlin");
    assertThat(Due.of(item)).contains(Instant.parse("2026-11-21T08:30:00Z"));
  }

  @Test
  void takesTheDeadlineWhereThereIsNoDate() {
    ObjectNode item = Json.object();
    item.putNull("due").putObject("deadline").put("date", "2026-12-01");
    assertThat(Due.of(item)).contains(Instant.parse("2026-12-01T00:00:00Z"));
    assertThat(Due.round(item)).isEmpty();
  }

  @Test
  void bearsADateOfAnotherForm() {
    assertThat(Due.of(due("some day"))).isEmpty();
    assertThat(Due.of(Json.object())).isEmpty();
  }

  @Test
  void knowsTheOccurrenceOfARecurringTaskOnly() {
    ObjectNode item = due("2026-11-21");
    assertThat(Due.round(item)).isEmpty();
    item.withObject("due").put("is_recurring", true);
    assertThat(Due.round(item)).contains("2026-11-21");
  }
}
