package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * What to do about an answer that is not what was asked for. Todoist puts {@code retry_after} into
 * refusals too that no waiting will change, so the status decides.
 */
final class Faults {
  private static final Duration USUAL_WAIT = Duration.ofMinutes(1);
  private static final long SHORTEST_WAIT = 1;
  private static final long LONGEST_WAIT = Duration.ofHours(1).toSeconds();

  private static final String TOKEN =
      "Todoist refuses the token. Set TODOIST_API_TOKEN to the one that Todoist shows under"
          + " Settings, Integrations, Developer.";
  private static final String RIGHTS =
      "Todoist does not let the token's user do this. Give the token's user access to the project"
          + " in TODOIST_PROJECT, or set TODOIST_API_TOKEN to a token that may read and write.";
  private static final String ADDRESS =
      " Check TODOIST_API_URL, or unset it: usually it is https://api.todoist.com/api/v1.";

  private Faults() {}

  static QueueException of(Answer answer) {
    int status = answer.status();
    if (isTooMuch(answer)) {
      return QueueException.retryAfter(wait(answer), "Todoist asks for fewer calls; waiting.");
    }
    if (status >= 300 && status < 400) {
      return QueueException.fixSettings("Todoist's API is not there any more." + ADDRESS);
    }
    return switch (status) {
      case 401 -> QueueException.fixSettings(TOKEN);
      case 403 -> isPage(answer) ? nonsense(status) : QueueException.fixSettings(RIGHTS);
      case 404 ->
          isFromTodoist(answer)
              ? QueueException.fixSettings(
                  "Todoist does not have the project any more, or no such call." + ADDRESS)
              : nonsense(status);
      case 410 ->
          QueueException.fixSettings("Todoist has closed that version of its API." + ADDRESS);
      default ->
          status >= 500
              ? QueueException.retryLater("Todoist is out of order (HTTP " + status + ").")
              : QueueException.retryLater(
                  "Todoist refused a request (HTTP " + status + tag(error(answer)) + ").");
    };
  }

  private static QueueException nonsense(int status) {
    return QueueException.retryLater(
        "Something that is not Todoist's API answered in its place (HTTP " + status + ").");
  }

  /** What became of a command in an answer that is good as a whole. */
  static QueueException ofCommand(JsonNode status) {
    int code = status.path("http_code").asInt();
    String tag = status.path("error_tag").asText("");
    if (code == 404 || tag.endsWith("NOT_FOUND")) {
      return QueueException.gone("Todoist does not have the task any more.");
    }
    return switch (code) {
      case 401 -> QueueException.fixSettings(TOKEN);
      case 403 ->
          QueueException.fixSettings(
              tag.contains("LIMIT")
                  ? "Todoist's plan does not allow more" + tag(status) + "."
                  : RIGHTS);
      case 429 ->
          QueueException.retryAfter(
              asked(status).orElse(USUAL_WAIT), "Todoist asks for fewer calls; waiting.");
      default ->
          QueueException.retryLater("Todoist did not carry out a change" + tag(status) + ".");
    };
  }

  /** Whether everybody with this token has to wait. */
  static boolean isTooMuch(Answer answer) {
    return answer.status() == 429 || (answer.status() == 503 && answer.retryAfter().isPresent());
  }

  private static Duration wait(Answer answer) {
    Duration wait = answer.retryAfter().or(() -> asked(error(answer))).orElse(USUAL_WAIT);
    return wait.toSeconds() < SHORTEST_WAIT ? Duration.ofSeconds(SHORTEST_WAIT) : wait;
  }

  private static Optional<Duration> asked(JsonNode error) {
    JsonNode seconds = error.path("error_extra").path("retry_after");
    return seconds.isNumber()
        ? Optional.of(Duration.ofSeconds(Math.clamp(seconds.asLong(), SHORTEST_WAIT, LONGEST_WAIT)))
        : Optional.empty();
  }

  /** Whether it says in Todoist's own words that there is no such thing. */
  static boolean isNothing(Answer answer) {
    return (answer.status() == 404 || answer.status() == 400) && isFromTodoist(answer);
  }

  /** Whether it is Todoist's own refusal, and not that of something on the way. */
  static boolean isFromTodoist(Answer answer) {
    return error(answer).path("error").isTextual();
  }

  private static boolean isPage(Answer answer) {
    return answer.body().stripLeading().startsWith("<");
  }

  private static JsonNode error(Answer answer) {
    try {
      return answer.json();
    } catch (QueueException none) {
      return Json.object();
    }
  }

  /** Todoist's own word for it; its sentences may quote what was sent. */
  private static String tag(JsonNode error) {
    String tag = error.path("error_tag").asText("");
    return tag.matches("[A-Z0-9_]{1,60}") ? ": " + tag : "";
  }
}
