package dev.nightdesk.queue.postgres;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far a poll has seen, by the database's clock and its transaction numbers, so that neither a
 * worker's clock nor a transaction that commits late loses a change.
 *
 * <p>A change that a poll could not see yet belongs to a transaction whose number is at or above
 * {@code open}, the oldest that was running. It was numbered after any earlier poll that had seen
 * only smaller numbers; {@code floor} is the time of the latest such poll, and so lies before the
 * change. {@code mark} is the poll that will be the next floor, as soon as all numbers below {@code
 * markNumber} have ended.
 *
 * @param print what the tables and settings looked like; another print starts anew
 * @param floor microseconds since 1970
 * @param open a transaction number
 * @param mark microseconds since 1970
 * @param markNumber a transaction number
 */
record Cursor(int print, long floor, long open, long mark, long markNumber) {
  /** How long something that runs at the very first poll may have been running. */
  private static final Duration LONG_TRANSACTION = Duration.ofHours(1);

  private static final Pattern FORM =
      Pattern.compile("1:(-?\\d{1,10}):(\\d{1,18}):(\\d{1,18}):(\\d{1,18}):(\\d{1,18})");

  /**
   * What the database said at the start of a poll.
   *
   * @param time microseconds since 1970
   * @param open the oldest transaction that was running
   * @param next the number that no transaction had yet
   */
  record Now(long time, long open, long next) {}

  static Optional<Cursor> parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Cursor(
              Integer.parseInt(match.group(1)),
              Long.parseLong(match.group(2)),
              Long.parseLong(match.group(3)),
              Long.parseLong(match.group(4)),
              Long.parseLong(match.group(5))));
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  /** Whether it can be continued: it was made for the same tables, in the same server's life. */
  boolean fits(int otherPrint, Now now) {
    return print == otherPrint && open <= now.next() && markNumber <= now.next();
  }

  static Cursor first(int print, Now now) {
    boolean quiet = now.open() == now.next();
    long floor = quiet ? now.time() : now.time() - LONG_TRANSACTION.toMillis() * 1000;
    return new Cursor(print, floor, now.open(), now.time(), now.next());
  }

  Cursor next(Now now) {
    if (now.open() == now.next()) {
      return new Cursor(print, now.time(), now.open(), now.time(), now.next());
    }
    return markNumber <= now.open()
        ? new Cursor(print, mark, now.open(), now.time(), now.next())
        : new Cursor(print, floor, now.open(), mark, markNumber);
  }

  @Override
  public String toString() {
    return "1:%d:%d:%d:%d:%d".formatted(print, floor, open, mark, markNumber);
  }
}
