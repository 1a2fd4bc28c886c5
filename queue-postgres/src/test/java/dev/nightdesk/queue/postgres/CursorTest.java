package dev.nightdesk.queue.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CursorTest {
  private static final long HOUR = 3_600_000_000L;

  private static Cursor.Now now(long seconds, long open, long next) {
    return new Cursor.Now(HOUR * 10 + seconds * 1_000_000, open, next);
  }

  private static long second(long seconds) {
    return HOUR * 10 + seconds * 1_000_000;
  }

  @Test
  void followsTheClockWhileNothingElseRuns() {
    Cursor cursor = Cursor.first(7, now(0, 100, 100));
    assertThat(cursor.floor()).isEqualTo(second(0));
    cursor = cursor.next(now(30, 105, 105));
    assertThat(cursor.floor()).isEqualTo(second(30));
    assertThat(cursor.open()).isEqualTo(105);
  }

  @Test
  void staysBeforeATransactionUntilItEnds() {
    Cursor cursor = Cursor.first(7, now(0, 100, 100));
    // Transaction 103 runs from before second 30 until after second 90.
    cursor = cursor.next(now(30, 103, 105));
    assertThat(cursor.floor()).isEqualTo(second(0));
    assertThat(cursor.open()).isEqualTo(103);
    cursor = cursor.next(now(60, 103, 110));
    assertThat(cursor.floor()).isLessThanOrEqualTo(second(30));
    cursor = cursor.next(now(90, 103, 120));
    assertThat(cursor.floor()).isLessThanOrEqualTo(second(30));
    assertThat(cursor.open()).isEqualTo(103);
    cursor = cursor.next(now(120, 130, 130));
    assertThat(cursor.floor()).isEqualTo(second(120));
  }

  @Test
  void movesOnWhileShortTransactionsAlwaysRun() {
    Cursor cursor = Cursor.first(7, now(0, 100, 105));
    for (int i = 1; i < 100; i++) {
      cursor = cursor.next(now(i * 30L, 100 + i * 10L, 105 + i * 10L));
    }
    assertThat(cursor.floor()).isGreaterThanOrEqualTo(second(96 * 30));
  }

  @Test
  void looksAnHourBackForWhatRanBeforeTheFirstPoll() {
    assertThat(Cursor.first(7, now(0, 100, 105)).floor()).isEqualTo(second(0) - HOUR);
  }

  @Test
  void isReadAsItWasWritten() {
    Cursor cursor = new Cursor(-7, 1, 2, 3, 4);
    assertThat(Cursor.parse(cursor.toString())).contains(cursor);
    assertThat(Cursor.parse("1:7:1:2:3")).isEqualTo(Optional.empty());
    assertThat(Cursor.parse("1:9999999999:1:2:3:4")).isEqualTo(Optional.empty());
    assertThat(Cursor.parse("")).isEqualTo(Optional.empty());
  }

  @Test
  void fitsOnlyTheSameTablesInTheSameServersLife() {
    Cursor cursor = Cursor.first(7, now(0, 100, 100));
    assertThat(cursor.fits(7, now(5, 101, 102))).isTrue();
    assertThat(cursor.fits(8, now(5, 101, 102))).isFalse();
    assertThat(cursor.fits(7, now(5, 50, 51))).isFalse();
  }
}
