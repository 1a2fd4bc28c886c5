package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.Usage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what Claude Code prints, one JSON object a line, and tells it as events. One thread. */
final class ClaudeStream {
  private static final JsonMapper JSON = new JsonMapper();

  /** An answer that Claude Code made up itself to tell of an error. */
  private static final String NO_MODEL = "<synthetic>";

  /** The account's own limit was reached, as the service's headers said. */
  record Limit(Optional<Instant> until) {}

  private final RunEvents events;
  private final ClaudeSpend spend;
  private final ClaudeDenials denials;
  private final long mostBytes;
  private final List<String> results = new ArrayList<>();
  private final StringBuilder said = new StringBuilder();
  private String lastSaid = "";
  private String error = "";
  private boolean begun;
  private boolean garbled;
  private Optional<ClaudeResult> last = Optional.empty();
  private Optional<Limit> limit = Optional.empty();
  private Optional<Long> endedAt = Optional.empty();

  /**
   * @param before what the session's earlier runs used
   * @param mostBytes of what was said that need be kept
   */
  ClaudeStream(RunEvents events, Usage before, long mostBytes) {
    this.events = events;
    this.spend = new ClaudeSpend(before);
    this.denials = new ClaudeDenials(events);
    this.mostBytes = mostBytes;
  }

  /** Takes the next line. What it does not know is a sign of life and nothing else. */
  void accept(String text) {
    JsonNode line = parse(text).orElse(null);
    if (line == null) {
      garbled = true;
      events.emit(new RunEvent.Alive());
      return;
    }
    switch (line.path("type").asText()) {
      case "system" -> system(line);
      case "assistant" -> assistant(line);
      case "result" -> result(line);
      case "rate_limit_event" -> rateLimit(line.path("rate_limit_info"));
      default -> events.emit(new RunEvent.Alive());
    }
  }

  static Optional<JsonNode> parse(String line) {
    try {
      return Optional.ofNullable(JSON.readTree(line)).filter(JsonNode::isObject);
    } catch (JsonProcessingException cutOrNoJson) {
      return Optional.empty();
    }
  }

  private void system(JsonNode line) {
    switch (line.path("subtype").asText()) {
      case "init" -> {
        begun = true;
        events.emit(
            new RunEvent.Introduced(
                text(line, "session_id"), text(line, "claude_code_version"), text(line, "model")));
      }
      case "permission_denied" -> denials.denied(line);
      case "api_retry" -> {
        error = line.path("error").asText();
        events.emit(new RunEvent.Alive());
      }
      default -> events.emit(new RunEvent.Alive());
    }
  }

  private static Optional<String> text(JsonNode line, String name) {
    return Optional.ofNullable(line.path(name).textValue()).filter(value -> !value.isEmpty());
  }

  private void assistant(JsonNode line) {
    endedAt = Optional.empty(); // it works on
    JsonNode message = line.path("message");
    if (message.path("model").asText().equals(NO_MODEL)) {
      error = line.path("error").asText();
      events.emit(new RunEvent.Alive());
      return;
    }
    error = "";
    events.emit(new RunEvent.ModelCalled(spend.of(message)));
    boolean own = !line.path("parent_tool_use_id").isTextual();
    for (JsonNode block : message.path("content")) {
      switch (block.path("type").asText()) {
        case "text" -> say(block.path("text").asText(), own);
        case "tool_use" -> {
          events.emit(new RunEvent.ToolCalled(block.path("name").asText()));
          denials.called(block);
        }
        default -> {} // thinking, which the call above stands for
      }
    }
  }

  /** What an agent below this one says is not for the person. */
  private void say(String text, boolean own) {
    if (!own || text.isBlank()) {
      return;
    }
    // where it asks its model once more, the same answer comes again
    if (said.length() < mostBytes && !text.equals(lastSaid)) {
      said.append(said.isEmpty() ? "" : "\n\n").append(text);
      lastSaid = text;
    }
    events.emit(new RunEvent.Said(text + "\n"));
  }

  private void result(JsonNode line) {
    ClaudeResult result = ClaudeResult.of(line);
    last = Optional.of(result);
    endedAt = Optional.of(System.nanoTime());
    if (result.good() && !result.text().isBlank()) {
      results.add(result.text());
    }
    denials.atTheEnd(line.path("permission_denials"));
    spend.settled(line).ifPresent(total -> events.emit(new RunEvent.Settled(total)));
  }

  private void rateLimit(JsonNode info) {
    boolean refused =
        info.path("status").asText().equals("rejected") && !info.path("isUsingOverage").asBoolean();
    limit = refused ? Optional.of(new Limit(instant(info.path("resetsAt")))) : Optional.empty();
    events.emit(new RunEvent.Alive());
  }

  private static Optional<Instant> instant(JsonNode seconds) {
    try {
      return seconds.isIntegralNumber()
          ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
          : Optional.empty();
    } catch (DateTimeException absurd) {
      return Optional.empty();
    }
  }

  /** Whether it got so far as to begin. */
  boolean begun() {
    return begun;
  }

  /** Whether there was something that is no JSON. */
  boolean garbled() {
    return garbled;
  }

  /** What was said in all turns that went well; the last one's answer is at the end. */
  String results() {
    return String.join("\n\n", results);
  }

  /** All that was said so far, answers and what came before them. */
  String said() {
    return said.toString();
  }

  /** The last result, if there was one. */
  Optional<ClaudeResult> last() {
    return last;
  }

  /** The sort of the last error of the service, as Claude Code calls it; empty = none. */
  String error() {
    return error;
  }

  /** The account's limit, if it is reached. */
  Optional<Limit> limit() {
    return limit;
  }

  /** For how long nothing has been done since the last result; empty while something is done. */
  Optional<Long> nanosSinceResult() {
    return endedAt.map(then -> System.nanoTime() - then);
  }
}
