package dev.nightdesk.queue.linear;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sorts Linear's answers by what to do. Errors come in the body with any status, 200 included, so
 * the body is read first; https://linear.app/developers/rate-limiting tells of the limits.
 */
final class LinearFaults {
  private static final Duration WITHOUT_A_WORD = Duration.ofMinutes(1);
  private static final int LONGEST = 200;

  private final LinearNames names;
  private final Pace pace;

  LinearFaults(LinearNames names, Pace pace) {
    this.names = names;
    this.pace = pace;
  }

  /** What was asked for, where all of it came: data beside errors has holes. */
  JsonNode dataOf(Answer answer) throws QueueException {
    if (answer.status() == 429) {
      throw tooFast(answer);
    }
    JsonNode body = bodyOf(answer);
    JsonNode errors = body.path("errors");
    if (!errors.isMissingNode() && !errors.isNull() && !(errors.isArray() && errors.isEmpty())) {
      throw sorted(answer, errors.path(0));
    }
    JsonNode data = body.path("data");
    if (!answer.isGood() || !data.isObject()) {
      throw byStatus(answer)
          .orElseGet(() ->
              QueueException.retryLater(
                  "Linear answered with neither data nor errors; status %d."
                      .formatted(answer.status())));
    }
    return data;
  }

  private JsonNode bodyOf(Answer answer) throws QueueException {
    try {
      JsonNode body = answer.json();
      if (body.isObject()) {
        return body;
      }
    } catch (QueueException noJson) {
      throw byStatus(answer).orElse(noJson);
    }
    throw byStatus(answer)
        .orElseGet(() -> QueueException.retryLater("Linear answered with no object."));
  }

  /** Where the body says nothing. */
  private Optional<QueueException> byStatus(Answer answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      return Optional.of(refused("status " + status));
    }
    if (status == 404 || status == 405 || (status >= 300 && status < 400)) {
      return Optional.of(
          QueueException.fixSettings(
              "%s is not Linear's API: it answered with status %d. Correct LINEAR_API_URL."
                  .formatted(names.url().redact(), status)));
    }
    return Optional.empty();
  }

  private QueueException sorted(Answer answer, JsonNode error) {
    JsonNode more = error.path("extensions");
    String type = more.path("type").asText("").toLowerCase(Locale.ROOT);
    String code = more.path("code").asText("").toUpperCase(Locale.ROOT);
    String said = said(error);
    if (type.equals("ratelimited") || code.equals("RATELIMITED")) {
      return tooFast(answer);
    }
    if (said.startsWith("Entity not found")) {
      return QueueException.gone("Linear does not find it: it was deleted, or moved out of sight.");
    }
    return switch (type) {
      case "authentication error" -> refused(said);
      case "forbidden", "feature not accessible" ->
          QueueException.fixSettings(
              "Linear does not allow LINEAR_API_KEY to do this: %s Give it the scopes read and write, and its user access to team %s."
                  .formatted(said, names.team()));
      case "usage limit exceeded" ->
          QueueException.fixSettings("A limit of your Linear plan is reached: " + said);
      case "internal error", "network error", "lock timeout", "bootstrap error" ->
          QueueException.retryLater("Linear failed: " + said);
      case "graphql error" ->
          QueueException.fixSettings(
              "Linear does not understand the request, as if its API had changed: %s Update Nightdesk."
                  .formatted(said));
      case "invalid input", "user error" -> QueueException.fixSettings("Linear refused: " + said);
      default -> unsorted(answer, code, said);
    };
  }

  private QueueException unsorted(Answer answer, String code, String said) {
    if (answer.status() == 401 || answer.status() == 403 || code.equals("AUTHENTICATION_ERROR")) {
      return refused(said);
    }
    return switch (code) {
      case "FORBIDDEN", "INPUT_ERROR", "INVALID_INPUT", "GRAPHQL_VALIDATION_FAILED" ->
          QueueException.fixSettings("Linear refused: " + said);
      default ->
          answer.status() == 400
              ? QueueException.fixSettings("Linear refused: " + said)
              : QueueException.retryLater("Linear failed: " + said);
    };
  }

  private QueueException refused(String said) {
    return QueueException.fixSettings(
        "Linear refuses LINEAR_API_KEY (%s). ".formatted(said)
            + (names.personal()
                ? "Make a new one in Linear, Settings, Security & access, Personal API keys."
                : "It was taken for an OAuth token, since a personal key begins with lin_api_;"
                    + " such a token lives for a day."));
  }

  private QueueException tooFast(Answer answer) {
    Duration wait = answer.retryAfter().or(() -> untilReset(answer)).orElse(WITHOUT_A_WORD);
    pace.pause(wait);
    return QueueException.retryAfter(wait, "Linear asks for fewer requests.");
  }

  /** When the limit that was hit is full again; where none says that it was, the last of them. */
  private static Optional<Duration> untilReset(Answer answer) {
    Optional<Duration> longest = Optional.empty();
    boolean hit = false;
    for (String kind : List.of("Requests", "Complexity", "Endpoint-Requests")) {
      String header = "X-RateLimit-" + kind;
      Optional<Long> reset = number(answer, header + "-Reset");
      boolean empty = number(answer, header + "-Remaining").filter(left -> left <= 0).isPresent();
      if (reset.isEmpty() || (hit && !empty)) {
        continue;
      }
      Duration wait = until(reset.get());
      if ((empty && !hit) || longest.isEmpty() || wait.compareTo(longest.get()) > 0) {
        longest = Optional.of(wait);
      }
      hit |= empty;
    }
    return longest;
  }

  private static Optional<Long> number(Answer answer, String header) {
    return Optional.ofNullable(answer.headers().get(header))
        .map(String::strip)
        .filter(text -> text.matches("-?\\d{1,17}(\\.\\d+)?"))
        .map(text -> (long) Double.parseDouble(text));
  }

  /** A time in milliseconds since 1970, or in seconds as it was once documented. */
  private static Duration until(long reset) {
    Instant then =
        reset > 100_000_000_000L ? Instant.ofEpochMilli(reset) : Instant.ofEpochSecond(reset);
    Duration wait = Duration.between(Instant.now(), then);
    if (wait.isNegative()) {
      return Duration.ofSeconds(1);
    }
    return wait.compareTo(Duration.ofHours(1)) > 0 ? Duration.ofHours(1) : wait;
  }

  /** What Linear says to a person, else to a program; on one line, and without the key. */
  private String said(JsonNode error) {
    String text =
        Json.find(error.path("extensions"), "userPresentableMessage")
            .or(() -> Json.find(error, "message"))
            .orElse("no reason given.")
            .replace(names.key().reveal(), "(secret)")
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .strip();
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return cut.matches(".*[.!?…]") ? cut : cut + ".";
  }
}
