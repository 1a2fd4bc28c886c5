package dev.nightdesk.queue.linear;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a poll has seen, by Linear's clock. A listing may show a change late, so the next poll
 * looks back by {@link #OVERLAP} and leaves out what this one has given already.
 *
 * @param site what the team looked like; another print starts anew
 * @param issues when issues were last asked for
 * @param comments when comments were last asked for
 * @param seen prints of what was given and lies within the overlap
 */
record LinearCursor(String site, Instant issues, Instant comments, Set<String> seen) {
  static final Duration OVERLAP = Duration.ofMinutes(2);

  /** After so long a time, a listing of what is open is shorter than one of what changed. */
  private static final Duration STALE = Duration.ofDays(2);

  /** What is beyond is given again, which does no harm. */
  private static final int MOST_SEEN = 500;

  private static final Pattern FORM =
      Pattern.compile("linear1:([0-9a-f]{1,8}):(\\d{1,15}):(\\d{1,15}):([0-9a-z,-]*)");

  LinearCursor {
    seen = Set.copyOf(seen);
  }

  static LinearCursor of(
      LinearSite site, Instant issues, Instant comments, Collection<String> seen) {
    List<String> newest = seen.stream().limit(MOST_SEEN).toList();
    return new LinearCursor(site.print(), issues, comments, new LinkedHashSet<>(newest));
  }

  /** Reads one that fits the site and is not too old to go on from. */
  static Optional<LinearCursor> read(String text, LinearSite site, Instant now) {
    Matcher match = FORM.matcher(text);
    if (!match.matches() || !match.group(1).equals(site.print())) {
      return Optional.empty();
    }
    LinearCursor cursor =
        new LinearCursor(
            match.group(1),
            Instant.ofEpochMilli(Long.parseLong(match.group(2))),
            Instant.ofEpochMilli(Long.parseLong(match.group(3))),
            new LinkedHashSet<>(Arrays.asList(match.group(4).split(",", -1))));
    return cursor.issues().isBefore(now.minus(STALE)) ? Optional.empty() : Optional.of(cursor);
  }

  /** What tells one change from another. */
  static String print(String id, String time) {
    byte[] both = (id + time).getBytes(StandardCharsets.UTF_8);
    return Long.toString(UUID.nameUUIDFromBytes(both).getLeastSignificantBits(), 36);
  }

  @Override
  public String toString() {
    return "linear1:%s:%d:%d:%s"
        .formatted(site, issues.toEpochMilli(), comments.toEpochMilli(), String.join(",", seen));
  }
}
