package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.toolkit.OutputTail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Follows the file that Codex keeps a session in. Codex writes it after each call of the model; it
 * alone has each call's tokens, every tool that the model called, the account's limits and the kind
 * of an error. Totals in it are those of the whole session.
 */
final class CodexSession implements AutoCloseable {
  private final CodexHome home;
  private final Prices prices;
  private final RunLimits limits;
  private final RunEvents events;
  private Optional<OutputTail> file = Optional.empty();
  private Tokens before = Tokens.NONE;
  private Tokens total = Tokens.NONE;
  private Tokens counted = Tokens.NONE;
  private int calls;
  private boolean wantsTools;
  private Optional<Failure> limit = Optional.empty();
  private Optional<String> model;
  private JsonNode error = MissingNode.getInstance();
  private Optional<Instant> exhaustedUntil = Optional.empty();

  /**
   * @param model the model that was asked for; what the file says wins
   */
  CodexSession(
      CodexHome home, Prices prices, RunLimits limits, Optional<String> model, RunEvents events) {
    this.home = home;
    this.prices = prices;
    this.limits = limits;
    this.model = model;
    this.events = events;
  }

  /** Passes over what earlier runs left in the file, but for their total. */
  void resume(Session session) throws IOException {
    total = Tokens.of(session.used());
    open(session.id());
    file.ifPresent(lines ->
        lines.finish(line -> {
          JsonNode payload = Json.of(line).path("payload");
          if (isTokenCount(payload)) {
            total = Tokens.of(payload.path("info").path("total_token_usage"));
          }
        }));
    before = total;
  }

  /** Looks for the file of this session, unless it is known. */
  void open(String id) throws IOException {
    if (file.isEmpty()) {
      Optional<Path> found = home.session(id);
      file = found.map(OutputTail::new);
    }
  }

  /** Emits what was written since the last time. */
  void follow() {
    file.ifPresent(lines -> {
      while (lines.read(this::line)) {
        // until all of it is read
      }
    });
  }

  private void line(String line) {
    JsonNode entry = Json.of(line);
    JsonNode payload = entry.path("payload");
    switch (entry.path("type").asText()) {
      case "turn_context" -> {
        model = text(payload.path("model")).or(() -> model);
        events.emit(new RunEvent.Introduced(Optional.empty(), Optional.empty(), model));
      }
      case "session_meta" -> {
        Optional<String> version = text(payload.path("cli_version"));
        events.emit(new RunEvent.Introduced(Optional.empty(), version, Optional.empty()));
      }
      case "response_item" -> tool(payload).ifPresent(this::called);
      case "event_msg" -> happened(payload);
      default -> {}
    }
  }

  /** A tool is known by its own name, or by the kind of the call where it has none. */
  private static Optional<String> tool(JsonNode item) {
    String type = item.path("type").asText();
    return type.endsWith("_call")
        ? text(item.path("name")).or(() -> Optional.of(type.substring(0, type.length() - 5)))
        : Optional.empty();
  }

  private void called(String tool) {
    wantsTools = true;
    events.emit(new RunEvent.ToolCalled(tool));
  }

  private void happened(JsonNode event) {
    if (event.path("type").asText().equals("task_complete")) {
      error = event.path("error").path("codex_error_info");
    } else if (event.path("type").asText().equals("token_count")) {
      exhausted(event.path("rate_limits"));
      if (isTokenCount(event)) {
        count(Tokens.of(event.path("info").path("total_token_usage")));
      }
    }
  }

  private static boolean isTokenCount(JsonNode event) {
    return event.path("info").path("total_token_usage").isObject();
  }

  private void count(Tokens now) {
    Tokens used = now.since(total);
    total = now;
    if (!used.equals(Tokens.NONE)) {
      calls++;
      counted =
          new Tokens(
              counted.sent() + used.sent(),
              counted.cached() + used.cached(),
              counted.received() + used.received());
      if (limit.isEmpty() && wantsTools) {
        limit = limitOfNext(used);
      }
      wantsTools = false;
      events.emit(new RunEvent.ModelCalled(used.usage(1, rate())));
    }
  }

  /** What another call would pass, which most likely costs no less than the last one. */
  private Optional<Failure> limitOfNext(Tokens last) {
    if (calls >= limits.calls()) {
      return Optional.of(Failure.CALL_LIMIT);
    }
    return rate()
        .filter(rate -> rate.usd(counted).add(rate.usd(last)).compareTo(limits.costUsd()) > 0)
        .map(rate -> Failure.COST_LIMIT);
  }

  /** The limit that the next call would pass; there is one, since the last asked for tools. */
  Optional<Failure> limit() {
    return limit;
  }

  private void exhausted(JsonNode limits) {
    exhaustedUntil =
        Stream.of(limits.path("primary"), limits.path("secondary"))
            .filter(window -> window.path("used_percent").asDouble() >= 100)
            .filter(window -> window.path("resets_at").canConvertToLong())
            .map(window -> Instant.ofEpochSecond(window.path("resets_at").asLong()))
            .max(Comparator.naturalOrder());
  }

  private Optional<Prices.Rate> rate() {
    return model.flatMap(prices.of());
  }

  /**
   * Takes what Codex says at the end of its turn for the truth, where the file was not found or
   * says something else.
   *
   * @param session the whole session's total
   */
  void settle(Tokens session) {
    Tokens used = session.since(before);
    if (!used.equals(counted)) {
      Usage usage = used.usage(Math.max(1, calls), rate());
      events.emit(new RunEvent.Settled(usage));
    }
  }

  /** The kind of the error that ended the turn, as Codex's own protocol has it. */
  JsonNode error() {
    return error;
  }

  /** When the account can be used again, where one of its windows is used up. */
  Optional<Instant> exhaustedUntil() {
    return exhaustedUntil;
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.ofNullable(node.textValue()).filter(text -> !text.isBlank());
  }

  @Override
  public void close() {
    file.ifPresent(OutputTail::close);
  }
}
