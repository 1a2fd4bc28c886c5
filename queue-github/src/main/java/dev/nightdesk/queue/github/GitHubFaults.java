package dev.nightdesk.queue.github;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** What an answer that is not good means for a worker. */
final class GitHubFaults {
  private static final Duration LONGEST = Duration.ofHours(1);

  private GitHubFaults() {}

  /** Whether it says that there were too many calls. Some such answers say so only in the body. */
  static boolean isLimit(Answer answer) {
    if (answer.status() == 429) {
      return true;
    }
    if (answer.status() != 403) {
      return false;
    }
    String body = answer.body().toLowerCase(Locale.ROOT);
    return answer.headers().get("Retry-After") != null
        || "0".equals(answer.headers().get("x-ratelimit-remaining"))
        || body.contains("secondary rate")
        || body.contains("rate limit exceeded")
        || body.contains("abuse detection");
  }

  /** How long it asks to wait; empty where it does not say. */
  static Optional<Duration> wait(Answer answer, Instant now) {
    if (answer.retryAfter().isPresent()) {
      return answer.retryAfter();
    }
    if (!"0".equals(answer.headers().get("x-ratelimit-remaining"))) {
      return Optional.empty();
    }
    String reset = String.valueOf(answer.headers().get("x-ratelimit-reset"));
    if (!reset.matches("\\d{1,12}")) {
      return Optional.empty();
    }
    // By GitHub's own clock, so that ours does not matter; a second for what they round.
    Duration wait =
        Duration.between(time(answer, now), Instant.ofEpochSecond(Long.parseLong(reset)))
            .plusSeconds(1);
    Duration some = wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait;
    return Optional.of(some.compareTo(LONGEST) > 0 ? LONGEST : some);
  }

  /** GitHub's time when it answered. */
  static Instant time(Answer answer, Instant otherwise) {
    try {
      return Optional.ofNullable(answer.headers().get("Date"))
          .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .orElse(otherwise);
    } catch (DateTimeException nonsense) {
      return otherwise;
    }
  }

  /** Whether it says that what was asked for is not there, or not there any more. */
  static boolean isMissing(Answer answer) {
    return switch (answer.status()) {
      case 301, 302, 307, 308, 404, 410 -> true;
      default -> false;
    };
  }

  /** Where the repository itself is refused, or a request that has to do with no one task. */
  static QueueException refused(Answer answer, GitHubNames names) {
    return switch (answer.status()) {
      case 301, 302, 307, 308 ->
          QueueException.fixSettings(
              "The repository %s was renamed or moved: set GITHUB_REPOSITORY to its new name."
                  .formatted(names.called()));
      case 401 -> QueueException.fixSettings("GitHub refuses the token.");
      case 403, 451 -> forbidden(answer, names);
      case 404 ->
          QueueException.fixSettings(
              "There is no repository %s, or the token may not see it: check GITHUB_REPOSITORY, and"
                      .formatted(names.called())
                  + " which repositories the token was made for.");
      case 410 ->
          QueueException.fixSettings(
              "Issues are switched off in %s: switch them on in its settings, under Features."
                  .formatted(names.called()));
      default ->
          QueueException.retryLater(
              "GitHub refused a request with status " + answer.status() + said(answer) + ".");
    };
  }

  private static QueueException forbidden(Answer answer, GitHubNames names) {
    if (answer.headers().get("X-GitHub-SSO") != null) {
      return QueueException.fixSettings(
          "The organization of %s wants the token authorized for single sign-on: do so where the"
                  .formatted(names.called())
              + " token is listed, with Configure SSO.");
    }
    return QueueException.fixSettings(
        "The token may not do that in %s%s: give it the permission Issues: Read and write there."
            .formatted(names.called(), said(answer)));
  }

  /** What GitHub says, cut and in one line: it may quote what somebody else wrote. */
  static String said(Answer answer) {
    try {
      return Json.find(answer.json(), "message")
          .map(text -> text.replaceAll("[^\\x20-\\x7E]", " ").strip())
          .map(text -> " (" + text.substring(0, Math.min(text.length(), 120)) + ")")
          .orElse("");
    } catch (QueueException noJson) {
      return "";
    }
  }
}
