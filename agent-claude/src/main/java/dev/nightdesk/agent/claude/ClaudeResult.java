package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.toolkit.TextLimit;
import java.util.ArrayList;
import java.util.List;

/**
 * What Claude Code says at the end of a turn. Neither its exit code nor the subtype alone tells
 * whether the turn went well: a refused request is a {@code success} that is an error.
 *
 * @param subtype {@code success}, or which error
 * @param error whether it is marked as an error
 * @param status of the service's answer, 0 where there is none
 * @param stopReason why the model stopped
 * @param terminalReason why Claude Code stopped
 * @param text the answer, or what went wrong
 */
record ClaudeResult(
    String subtype,
    boolean error,
    int status,
    String stopReason,
    String terminalReason,
    String text) {
  private static final int LONGEST_COMPLAINT = 300;

  static ClaudeResult of(JsonNode line) {
    return new ClaudeResult(
        line.path("subtype").asText(),
        line.path("is_error").asBoolean(),
        line.path("api_error_status").asInt(),
        line.path("stop_reason").asText(),
        line.path("terminal_reason").asText(),
        line.path("result").isTextual() ? line.path("result").asText() : errors(line));
  }

  private static String errors(JsonNode line) {
    List<String> errors = new ArrayList<>();
    for (JsonNode error : line.path("errors")) {
      if (!error.asText().startsWith("[ede_diagnostic]")) { // for those who make Claude Code
        errors.add(error.asText());
      }
    }
    return String.join(" ", errors);
  }

  boolean good() {
    return !error && subtype.equals("success");
  }

  /** In one line, the end of a sentence; begins with a colon where there is something to say. */
  String complaint() {
    String plain = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return plain.isEmpty() ? "." : ": " + TextLimit.toCharacters(plain, LONGEST_COMPLAINT, "…");
  }
}
