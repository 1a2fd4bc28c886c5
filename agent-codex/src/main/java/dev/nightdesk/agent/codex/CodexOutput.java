package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.toolkit.OutputTail;
import dev.nightdesk.toolkit.TextLimit;
import java.util.Optional;

/** What {@code codex exec --json} prints, line by line. */
final class CodexOutput {
  private final int limit;
  private final RunEvents events;
  private final StringBuilder said = new StringBuilder();
  private String last = "";
  private Optional<String> session = Optional.empty();
  private Optional<Tokens> completed = Optional.empty();
  private Optional<String> complaint = Optional.empty();
  private boolean tooLong;

  /**
   * @param limit of the result, in bytes
   */
  CodexOutput(long limit, RunEvents events) {
    this.limit = (int) Math.min(limit, Integer.MAX_VALUE - 8);
    this.events = events;
  }

  void line(String line) {
    JsonNode event = Json.of(line);
    switch (event.path("type").asText()) {
      case "thread.started" -> {
        session = Optional.ofNullable(event.path("thread_id").textValue());
        events.emit(new RunEvent.Introduced(session, Optional.empty(), Optional.empty()));
      }
      case "item.completed" -> item(event.path("item"));
      case "turn.completed" -> completed = Optional.of(Tokens.of(event.path("usage")));
      case "turn.failed" -> complaint = complaint(event.path("error"));
      case "error" -> complaint = complaint(event);
      default -> {}
    }
    tooLong |= event.isMissingNode() && line.length() >= OutputTail.LONGEST_LINE / 4; // bytes
    events.emit(new RunEvent.Alive());
  }

  private void item(JsonNode item) {
    if (item.path("type").asText().equals("agent_message")) {
      last = item.path("text").asText();
      if (said.length() < limit) {
        said.append(said.isEmpty() ? "" : "\n\n").append(last);
      }
      events.emit(new RunEvent.Said(last + "\n"));
    }
  }

  /** Some services' messages are JSON that Codex passes on as it came. */
  private static Optional<String> complaint(JsonNode error) {
    String message = error.path("message").asText();
    String inner = Json.of(message).path("error").path("message").asText();
    return Optional.of(inner.isEmpty() ? message : inner);
  }

  Optional<String> session() {
    return session;
  }

  /** The whole session's total, once the turn has ended well. */
  Optional<Tokens> completed() {
    return completed;
  }

  /** What went wrong last. */
  Optional<String> complaint() {
    return complaint;
  }

  /** Its last words, which are its result. */
  String last() {
    return last;
  }

  /** Whether the result is longer than the limit. */
  boolean tooLong() {
    return tooLong || TextLimit.toBytes(last, limit, "").length() < last.length();
  }

  /** All that it said, as far as the limit allows. */
  String said() {
    return TextLimit.toBytes(said.toString(), limit, "");
  }
}
