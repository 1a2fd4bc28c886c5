package dev.nightdesk.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.http.Pace.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Duration NONE = Duration.ZERO;

  @Test
  void keepsTheLeastTimeBetweenCalls() throws Exception {
    Pace pace = new Pace(new Rate(9, Duration.ofMillis(50), NONE));
    long start = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      pace.enter(false);
      pace.leave();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void keepsWritesFurtherApartThanReads() throws Exception {
    Pace pace = new Pace(new Rate(9, NONE, Duration.ofMillis(100)));
    long start = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      pace.enter(true);
      pace.leave();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void sendsAwayWhomItWouldLetWaitForLong() {
    Pace pace = new Pace(new Rate(9, NONE, NONE));
    pace.pause(Duration.ofMinutes(10));
    QueueException refused = catchThrowableOfType(QueueException.class, () -> pace.enter(false));
    assertThat(refused.kind()).isEqualTo(QueueException.Kind.RETRY_LATER);
    assertThat(refused.after().orElseThrow())
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
  }

  @Test
  void isOneForAllWhoUseTheSameToken() {
    Rate rate = new Rate(9, NONE, NONE);
    Pace first = Pace.shared("https://a.example", Secret.of("token one"), rate);
    assertThat(Pace.shared("https://a.example", Secret.of("token one"), rate)).isSameAs(first);
    assertThat(Pace.shared("https://a.example", Secret.of("token two"), rate)).isNotSameAs(first);
    assertThat(Pace.shared("https://b.example", Secret.of("token one"), rate)).isNotSameAs(first);
  }
}
