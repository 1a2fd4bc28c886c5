package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {
  private final Restarts restarts = new Restarts(Duration.ofSeconds(10));

  @Test
  void letsTheFirstThreeStartsWithoutAPause() {
    for (int start = 1; start <= 3; start++) {
      assertThat(restarts.pauseOf(start, 1)).isZero();
    }
  }

  @Test
  void pausesLongerAndLongerAndAMinuteAtMost() {
    for (int start = 4; start <= 8; start++) {
      assertThat(restarts.pauseOf(start, 1))
          .isEqualTo(Duration.ofSeconds(Math.min(5L << (start - 4), 60)));
    }
    assertThat(restarts.pauseOf(1_000_000, 1)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void isNeverInStepWithOthers() {
    assertThat(restarts.pauseOf(50, 0)).isEqualTo(Duration.ofSeconds(30));
    assertThat(restarts.pauseOf(50, 0.5)).isEqualTo(Duration.ofSeconds(45));
  }
}
