package dev.nightdesk.queue.github;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a poll has seen, by GitHub's clock.
 *
 * @param since what changed since then is to be looked at
 * @param sight names what was seen of it already, as long as the process lives
 */
record GitHubCursor(Instant since, String sight) {
  private static final Pattern TEXT =
      Pattern.compile("github:([0-9a-f]+):(\\d{1,11}):([0-9a-f-]{1,40})");

  /** A time as GitHub's parameters want it. */
  static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  String text(GitHubNames names) {
    return "github:%s:%d:%s".formatted(of(names), since.getEpochSecond(), sight);
  }

  /** Empty where it is not one of these names'. */
  static Optional<GitHubCursor> parse(String text, GitHubNames names) {
    Matcher found = TEXT.matcher(text);
    return found.matches() && found.group(1).equals(of(names))
        ? Optional.of(
            new GitHubCursor(Instant.ofEpochSecond(Long.parseLong(found.group(2))), found.group(3)))
        : Optional.empty();
  }

  /** Whoever changes the settings starts with a whole list. */
  private static String of(GitHubNames names) {
    return Integer.toHexString(
        Objects.hash(names.api().toString(), names.called(), names.label().orElse("")));
  }
}
