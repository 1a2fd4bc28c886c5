package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.TextLimit;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What the service means when it refuses. */
final class AirtableFaults {
  /** After one call too many the service refuses every call for so long. */
  static final Duration PENALTY = Duration.ofSeconds(30);

  private static final String EXPIRED = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE";

  private static final Set<String> STALE =
      Set.of(
          "INVALID_FILTER_BY_FORMULA",
          "UNKNOWN_FIELD_NAME",
          "INVALID_MULTIPLE_CHOICE_OPTIONS",
          "TABLE_NOT_FOUND");
  private static final Set<String> NO_RECORD =
      Set.of("MODEL_ID_NOT_FOUND", "ROW_DOES_NOT_EXIST", "RECORD_NOT_FOUND");

  private AirtableFaults() {}

  /** The error's name in any of the shapes that the service uses; empty where it has none. */
  static String type(Answer answer) {
    try {
      JsonNode error = error(answer.json());
      return error.isTextual()
          ? error.asText()
          : Json.find(error, "type").or(() -> Json.find(error, "error")).orElse("");
    } catch (QueueException noJson) {
      return "";
    }
  }

  private static JsonNode error(JsonNode body) {
    return body.has("error") ? body.path("error") : body.path("errors").path(0);
  }

  private static String message(Answer answer) {
    try {
      String said = Json.find(error(answer.json()), "message").orElse("");
      return TextLimit.toCharacters(said.replaceAll("\\p{Cntrl}+", " "), 300, "…");
    } catch (QueueException noJson) {
      return "";
    }
  }

  /** The service says that there is no such record, and leaves no doubt. */
  static boolean isNoRecord(Answer answer) {
    return (answer.status() == 404 || answer.status() == 422) && NO_RECORD.contains(type(answer));
  }

  /** The service has forgotten the listing of which a further page was asked for. */
  static boolean isExpired(Answer answer) {
    return answer.status() == 422 && type(answer).equals(EXPIRED);
  }

  /** The service does not say whether the record or the right to see it is missing. */
  static boolean isDoubtful(Answer answer) {
    return answer.status() == 403 || answer.status() == 404;
  }

  /** The service does not know a name that it knew when we asked for the schema. */
  static boolean isStale(Answer answer) {
    return answer.status() == 422 && STALE.contains(type(answer));
  }

  static boolean isLimit(Answer answer) {
    return answer.status() == 429 && !isQuota(answer);
  }

  private static boolean isQuota(Answer answer) {
    return answer.status() == 429 && answer.body().contains("BILLING_LIMIT");
  }

  /** How long nobody may call after {@link #isLimit}. */
  static Duration penalty(Answer answer) {
    Optional<Duration> asked = answer.retryAfter();
    return asked.filter(wait -> wait.compareTo(PENALTY) > 0).orElse(PENALTY);
  }

  /**
   * What to do about an answer that is not good.
   *
   * @param what was asked for, as the end of "Airtable refuses …"
   */
  static QueueException of(Answer answer, String what) {
    if (isQuota(answer)) {
      return QueueException.fixSettings(
          "The workspace has used up its API calls of this month. Wait for the next month or"
              + " choose another plan, and set WORKER_POLL_INTERVAL so that polls need fewer.");
    }
    return switch (answer.status()) {
      case 429 ->
          QueueException.retryAfter(penalty(answer), "Airtable asked for fewer calls; waiting.");
      case 401 ->
          QueueException.fixSettings(
              "Airtable does not accept the token. Set AIRTABLE_API_KEY to one that is listed at"
                  + " https://airtable.com/create/tokens.");
      case 402, 403, 404 ->
          QueueException.fixSettings(
              "Airtable refuses %s (%s). Check that AIRTABLE_BASE_ID and AIRTABLE_TABLE are right"
                      .formatted(what, said(answer))
                  + " and that the token of AIRTABLE_API_KEY has the base in its access list and"
                  + " the scopes data.records:read, data.records:write, data.recordComments:read,"
                  + " data.recordComments:write and schema.bases:read.");
      case 400, 413, 422 ->
          QueueException.fixSettings("Airtable refuses %s (%s).".formatted(what, said(answer)));
      default -> later(answer);
    };
  }

  private static QueueException later(Answer answer) {
    String message = "Airtable answered with status %d.".formatted(answer.status());
    return answer
        .retryAfter()
        .map(wait -> QueueException.retryAfter(wait, message))
        .orElseGet(() -> QueueException.retryLater(message));
  }

  /** The error in the service's words. */
  static String said(Answer answer) {
    String type = type(answer);
    String message = message(answer);
    String words = message.isEmpty() ? type : type + ": " + message;
    return words.isEmpty() ? "status " + answer.status() : words;
  }
}
