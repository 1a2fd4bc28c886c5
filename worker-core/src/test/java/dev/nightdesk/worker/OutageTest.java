package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutageTest {
  private static final Optional<Duration> SAYS_NOTHING = Optional.empty();

  private final Outage outage = new Outage();

  @Test
  void waitsLongerAndLongerAndFiveMinutesAtMost() {
    for (int failure = 0; failure < 40; failure++) {
      assertThat(outage.failed(SAYS_NOTHING, 1))
          .isEqualTo(Duration.ofSeconds(failure < 9 ? 1L << failure : 300));
    }
  }

  @Test
  void isNeverInStepWithOthers() {
    assertThat(outage.failed(SAYS_NOTHING, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(outage.failed(SAYS_NOTHING, 0.5)).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void beginsAnewAfterAnAnswer() {
    outage.failed(SAYS_NOTHING, 1);
    outage.failed(SAYS_NOTHING, 1);
    assertThat(outage.isOn()).isTrue();

    outage.over();

    assertThat(outage.isOn()).isFalse();
    assertThat(outage.failed(SAYS_NOTHING, 1)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void waitsWhatTheServiceSaysAnHourAtMost() {
    assertThat(outage.failed(Optional.of(Duration.ofSeconds(77)), 0))
        .isEqualTo(Duration.ofSeconds(77));
    assertThat(outage.failed(Optional.of(Duration.ofDays(7)), 0)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void waitsLongerAndLongerWhereTheServiceSaysToWaitForNothing() {
    for (int failure = 0; failure < 9; failure++) {
      assertThat(outage.failed(Optional.of(Duration.ZERO), 1))
          .isEqualTo(Duration.ofSeconds(1L << failure));
    }
  }

  @Test
  void asksRarelyWhereAPersonHasToRepairSomething() {
    assertThat(outage.refused()).isEqualTo(Duration.ofMinutes(5));
    assertThat(outage.isOn()).isTrue();
  }
}
