package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.RunResult.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sorts the errors that end a turn of Codex by what is to be done about them. */
final class CodexFailure {
  private static final Pattern STATUS =
      Pattern.compile("^(?:unexpected status|exceeded retry limit, last status:) (\\d{3})\\b");

  private CodexFailure() {}

  /** Whether the account, or the key's quota, is used up. */
  static boolean isUsageLimit(JsonNode kind) {
    return kind.asText().equals("usage_limit_exceeded");
  }

  /**
   * Sorts an error.
   *
   * @param kind Codex's own, from the session's file; missing where the file is
   * @param complaint Codex's words, which begin with the status where a service answered with one
   */
  static Failure of(JsonNode kind, String complaint) {
    return switch (kind.asText()) {
      case "unauthorized" -> Failure.MODEL_REFUSES_US;
      case "internal_server_error", "server_overloaded" -> Failure.MODEL_UNAVAILABLE;
      default -> kind.isObject() ? ofStatus(kind.elements().next()) : ofWords(complaint);
    };
  }

  /** One field, named for where the connection broke, with the status where there was one. */
  private static Failure ofStatus(JsonNode detail) {
    JsonNode status = detail.path("http_status_code");
    return status.isInt() ? ofStatus(status.asInt()) : Failure.MODEL_UNAVAILABLE;
  }

  private static Failure ofStatus(int status) {
    return switch (status) {
      case 401, 402, 403 -> Failure.MODEL_REFUSES_US;
      case 408, 429 -> Failure.MODEL_UNAVAILABLE;
      default -> status >= 500 ? Failure.MODEL_UNAVAILABLE : Failure.AGENT_FAILED;
    };
  }

  /** A stream that broke has no kind; neither has anything where the file was not found. */
  private static Failure ofWords(String complaint) {
    Matcher status = STATUS.matcher(complaint);
    if (status.find()) {
      return ofStatus(Integer.parseInt(status.group(1)));
    }
    boolean broken =
        complaint.startsWith("stream disconnected before completion")
            && !complaint.contains("Incomplete response returned");
    return broken ? Failure.MODEL_UNAVAILABLE : Failure.AGENT_FAILED;
  }
}
