package dev.nightdesk.queue.airtable;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a poll has seen.
 *
 * @param print what the settings looked like; another print starts anew
 * @param millis the service's time, since 1970
 * @param number tells polls of the same time apart
 */
record Cursor(int print, long millis, long number) {
  private static final Pattern FORM = Pattern.compile("1:(-?\\d{1,10}):(\\d{1,15}):(\\d{1,10})");

  static Cursor at(Instant time, Names names) {
    long number = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    return new Cursor(print(names), time.toEpochMilli(), number);
  }

  /** Empty where it is none of ours, or was made with other settings. */
  static Optional<Cursor> parse(String text, Names names) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
              new Cursor(
                  Integer.parseInt(match.group(1)),
                  Long.parseLong(match.group(2)),
                  Long.parseLong(match.group(3))))
          .filter(cursor -> cursor.print() == print(names));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  private static int print(Names names) {
    StringBuilder all = new StringBuilder(names.base()).append('\n').append(names.table());
    for (Column column : Column.values()) {
      all.append('\n').append(names.column(column));
    }
    Names.standings().forEach(standing -> all.append('\n').append(names.status(standing)));
    return all.toString().hashCode();
  }

  Instant time() {
    return Instant.ofEpochMilli(millis);
  }

  @Override
  public String toString() {
    return "1:%d:%d:%d".formatted(print, millis, number);
  }
}
