package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the ledger knows of processes that were set to work one after the other. */
abstract class ArrivalsContract extends LedgerContract {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private int note() {
    return ledger.arrivals().note(TEN_MINUTES);
  }

  /** Of the process that came last only its name is left. */
  private void dies() {
    sql(
        "update arrival set process = process || '"
            + now.toEpochMilli()
            + "' where came_at ="
            + " (select max(came_at) from arrival)");
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void countsThoseThatCameBeforeAndAreGone() {
    for (int n = 0; n < 5; n++) {
      assertThat(note()).isEqualTo(n);
      dies();
      pass(Duration.ofSeconds(20));
    }
  }

  @Test
  void forgetsWhatIsLongerAgo() {
    note();
    dies();
    pass(Duration.ofMinutes(4));
    note();
    dies();
    pass(Duration.ofMinutes(6).minusMillis(1));
    assertThat(note()).isEqualTo(2);
    dies();
    pass(Duration.ofMillis(1));
    assertThat(note()).isEqualTo(2);
    dies();
    pass(TEN_MINUTES);
    assertThat(note()).isZero();
  }

  @Test
  void countsNoNeighboursThatStillWork() {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    note();
    sql("update arrival set process = '" + Self.of(ledger.homeId(), parent).name() + "'");

    assertThat(note()).isZero();
  }

  @Test
  void countsNobodyWhoWasToldToEnd() {
    note();
    ledger.arrivals().leave();
    dies();

    assertThat(note()).isZero();
  }

  @Test
  void countsNothingOfOtherHomesOnTheSameLedger() {
    note();
    dies();

    sql("update arrival set home_id = 'another'");

    assertThat(note()).isZero();
  }

  @Test
  void doesNotMindAClockThatIsSetBack() {
    note();
    dies();
    pass(Duration.ofHours(-2));

    assertThat(note()).isZero();
  }
}
