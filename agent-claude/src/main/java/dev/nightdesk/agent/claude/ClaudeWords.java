package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line that Claude Code printed, as a person would tell it. */
final class ClaudeWords {
  private ClaudeWords() {}

  static Optional<String> of(String text) {
    Optional<JsonNode> line = ClaudeStream.parse(text);
    if (line.isEmpty()) {
      return text.isBlank() || text.startsWith("{") ? Optional.empty() : Optional.of(text);
    }
    List<String> words =
        switch (line.get().path("type").asText()) {
          case "system" -> system(line.get());
          case "assistant" -> assistant(line.get());
          case "user" -> results(line.get());
          case "rate_limit_event" -> limit(line.get().path("rate_limit_info"));
          case "result" -> List.of(end(line.get()));
          default -> List.of();
        };
    boolean below = line.get().path("parent_tool_use_id").isTextual();
    String joined = String.join("\n", words);
    return joined.isBlank()
        ? Optional.empty()
        : Optional.of(below ? "  (subagent) " + joined : joined);
  }

  private static List<String> system(JsonNode line) {
    return switch (line.path("subtype").asText()) {
      case "init" ->
          List.of(
              "Claude Code %s begins, with model %s"
                  .formatted(
                      line.path("claude_code_version").asText(), line.path("model").asText()));
      case "api_retry" ->
          List.of(
              "The model's service failed (%s); try %s of %s follows"
                  .formatted(
                      line.path("error").asText(),
                      line.path("attempt").asText(),
                      line.path("max_retries").asText()));
      case "permission_denied" -> List.of("Not allowed: " + line.path("tool_name").asText());
      default -> List.of();
    };
  }

  private static List<String> assistant(JsonNode line) {
    List<String> words = new ArrayList<>();
    for (JsonNode block : line.path("message").path("content")) {
      switch (block.path("type").asText()) {
        case "text" -> words.add(block.path("text").asText().strip());
        case "tool_use" -> {
          String detail = ClaudeDenials.detail(block.path("input"));
          words.add("> " + block.path("name").asText() + (detail.isEmpty() ? "" : ": " + detail));
        }
        default -> {} // what it thinks is not for the log
      }
    }
    return words;
  }

  /** Of what tools answered only that they failed. */
  private static List<String> results(JsonNode line) {
    List<String> words = new ArrayList<>();
    for (JsonNode block : line.path("message").path("content")) {
      if (block.path("is_error").asBoolean()) {
        JsonNode content = block.path("content");
        String said =
            content.isTextual() ? content.asText() : content.path(0).path("text").asText();
        words.add("  failed: " + said.strip().lines().findFirst().orElse("it does not say why"));
      }
    }
    return words;
  }

  private static List<String> limit(JsonNode info) {
    return info.path("status").asText().equals("rejected")
        ? List.of("The account's limit is reached")
        : List.of();
  }

  private static String end(JsonNode line) {
    ClaudeResult result = ClaudeResult.of(line);
    BigDecimal usd =
        BigDecimal.valueOf(line.path("total_cost_usd").asDouble())
            .setScale(2, RoundingMode.HALF_UP);
    return result.good()
        ? "Done. The session has cost $" + usd + " so far"
        : "Ended without success" + result.complaint();
  }
}
