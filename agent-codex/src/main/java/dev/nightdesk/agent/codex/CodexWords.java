package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Lines of {@code codex exec --json} for a person. */
final class CodexWords {
  private CodexWords() {}

  static Optional<String> of(String line) {
    JsonNode event = Json.of(line);
    return switch (event.path("type").asText()) {
      case "item.started" -> started(event.path("item"));
      case "item.completed" -> completed(event.path("item"));
      case "turn.failed" -> Optional.of("failed: " + event.path("error").path("message").asText());
      case "error" -> Optional.of("error: " + event.path("message").asText());
      case "" -> Optional.of(line).filter(words -> !words.isBlank());
      default -> Optional.empty();
    };
  }

  private static Optional<String> started(JsonNode item) {
    return switch (item.path("type").asText()) {
      case "command_execution" -> Optional.of("$ " + item.path("command").asText());
      case "mcp_tool_call" ->
          Optional.of(
              "calls " + item.path("tool").asText() + " of " + item.path("server").asText());
      default -> Optional.empty();
    };
  }

  private static Optional<String> completed(JsonNode item) {
    return switch (item.path("type").asText()) {
      case "agent_message" -> Optional.of(item.path("text").asText());
      case "command_execution" -> ended(item);
      case "file_change" -> Optional.of(changes(item.path("changes")));
      case "error" -> Optional.of("note: " + item.path("message").asText());
      default -> Optional.empty();
    };
  }

  /** A command that went well needs no word. */
  private static Optional<String> ended(JsonNode command) {
    JsonNode code = command.path("exit_code");
    return code.isInt() && code.asInt() == 0
        ? Optional.empty()
        : Optional.of("the command ended with exit code " + code.asText());
  }

  private static String changes(JsonNode changes) {
    return StreamSupport.stream(changes.spliterator(), false)
        .map(change -> change.path("kind").asText() + " " + change.path("path").asText())
        .collect(Collectors.joining("\n"));
  }
}
