package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.spi.Containment.Pulse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines that share a ledger and do not agree about the time. */
class ClockTest {
  private static final TaskKey KEY = new TaskKey("writer", "1");
  private static final Timings FAST =
      new Timings(Duration.ofMillis(200), 20, Duration.ofMillis(40));

  @TempDir Path folder;

  private final AtomicReference<Duration> off = new AtomicReference<>(Duration.ZERO);

  /** The clock of the one of two machines whose clock is wrong. */
  private Instant wrong() {
    return Instant.now().plus(off.get());
  }

  private static Executions.Handler holding(BlockingQueue<Pulse> pulses, CountDownLatch end) {
    return (key, pulse) -> {
      pulses.add(pulse);
      end.await();
      return new Next.Done();
    };
  }

  /** Longer than it takes to be taken for dead. */
  private static void assertNotTakenOver(Pulse pulse, AtomicInteger taken) {
    long beats = pulse.beats();
    await().atMost(Duration.ofSeconds(30)).until(() -> pulse.beats() > beats + FAST.missed() + 3);
    assertThat(taken).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 2})
  void takesNothingFromALiveOneThoughOneClockIsHoursOff(int hours) throws Exception {
    String url = Databases.freshPostgres();
    off.set(Duration.ofHours(hours));
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    for (boolean ownerIsWrong : new boolean[] {false, true}) {
      InstantSource right = InstantSource.system();
      try (Ledger one =
              Ledger.open(
                  folder.resolve("a" + ownerIsWrong),
                  Optional.of(url),
                  ownerIsWrong ? this::wrong : right);
          Ledger two =
              Ledger.open(
                  folder.resolve("b" + ownerIsWrong),
                  Optional.of(url),
                  ownerIsWrong ? right : this::wrong);
          Executions owner = one.executions("writer", 1, FAST, holding(pulses, end));
          Executions other =
              two.executions(
                  "writer",
                  1,
                  FAST,
                  (key, pulse) -> {
                    taken.incrementAndGet();
                    return new Next.Done();
                  })) {
        owner.start();
        owner.offer(KEY, 0);
        Pulse pulse = pulses.take();
        other.start();
        assertNotTakenOver(pulse, taken);
      }
    }
    end.countDown();
  }

  @Test
  void goesOnAsBeforeWhenItsClockIsSet() throws Exception {
    String url = Databases.freshPostgres();
    BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    InstantSource right = InstantSource.system();
    try (Ledger one = Ledger.open(folder.resolve("a"), Optional.of(url), right);
        Ledger two = Ledger.open(folder.resolve("b"), Optional.of(url), this::wrong);
        Executions owner = one.executions("writer", 1, FAST, holding(pulses, end));
        Executions other = two.executions("writer", 1, FAST, holding(pulses, end))) {
      owner.start();
      owner.offer(KEY, 0);
      Pulse pulse = pulses.take();
      other.start();

      off.set(Duration.ofHours(2));

      assertNotTakenOver(pulse, new AtomicInteger(pulses.size()));
      assertThat(pulses).isEmpty();
      end.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void noticesAtOnceThatItsClockWasSetByMoreThanFiveSeconds(int sign) throws Exception {
    String url = Databases.freshPostgres();
    try (Ledger ledger = Ledger.open(folder, Optional.of(url), this::wrong)) {
      assertThat(ledger.clockOff()).isEmpty();
      off.set(Duration.ofSeconds(4L * sign));
      assertThat(ledger.clockOff()).isEmpty();
      off.set(Duration.ofSeconds(3600L * sign));
      assertThat(ledger.clockOff().orElseThrow())
          .isBetween(Duration.ofSeconds(3598), Duration.ofSeconds(3602));
      off.set(Duration.ZERO);
      assertThat(ledger.clockOff()).isEmpty();
    }
  }

  @Test
  void isNotMisledByAClockThatIsSetWhileItAsksForTheTime() {
    AtomicInteger looks = new AtomicInteger();
    InstantSource jumping =
        () -> Instant.now().plus(Duration.ofHours(2L * looks.getAndIncrement()));
    try (Ledger ledger = Ledger.open(folder, Optional.of(Databases.freshPostgres()), jumping)) {
      ledger.readClock();
      assertThat(Duration.between(Instant.now(), ledger.clock().instant()).abs())
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void writesTheDatabasesTime() {
    try (Ledger ledger = Ledger.open(folder, Optional.of(Databases.freshPostgres()))) {
      InstantSource clock = ledger.clock();
      Instant first = clock.instant();
      assertThat(Duration.between(Instant.now(), first).abs()).isLessThan(Duration.ofSeconds(5));
      assertThat(clock.instant()).isAfter(first);
      ledger.readClock();
      // Each reading is off by up to half of the time that it took.
      assertThat(clock.instant()).isBetween(first.minusSeconds(5), first.plusSeconds(60));
    }
  }
}
