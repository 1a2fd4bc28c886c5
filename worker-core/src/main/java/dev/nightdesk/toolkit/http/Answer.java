package dev.nightdesk.toolkit.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Headers;

/**
 * What a service answered, all of it: an answer that was cut on its way is never an {@code Answer}.
 *
 * @param service who answered, as a person calls it
 * @param status the HTTP status
 * @param headers the HTTP headers
 * @param body the text, possibly empty
 */
public record Answer(String service, int status, Headers headers, String body) {
  private static final Duration LONGEST = Duration.ofHours(1);

  public Answer {
    Objects.requireNonNull(service);
    Objects.requireNonNull(headers);
    Objects.requireNonNull(body);
  }

  /** Whether the status is one of 200 to 299. */
  public boolean isGood() {
    return status >= 200 && status < 300;
  }

  /**
   * The body as JSON.
   *
   * @throws QueueException to try again later, where it is none
   */
  public JsonNode json() throws QueueException {
    return Json.parse(service, body);
  }

  /**
   * What {@code Retry-After} asks for, in seconds or as a date; at most an hour, so that a mistake
   * of the service does not stop a worker for days.
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(headers.get("Retry-After")).flatMap(Answer::wait);
  }

  private static Optional<Duration> wait(String text) {
    try {
      Duration asked =
          text.strip().matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text.strip()))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
      return Optional.of(within(asked));
    } catch (DateTimeException nonsense) {
      return Optional.empty();
    }
  }

  /** Not less than nothing, not more than an hour. */
  static Duration within(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }
}
