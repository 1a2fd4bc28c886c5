package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeterTest {
  private long nanos = Long.MAX_VALUE - 5; // the monotonic clock may begin anywhere, and wrap
  private final List<RunEvent> passedOn = new ArrayList<>();
  private final Meter meter = meter(Given.limits());

  private Meter meter(RunLimits limits) {
    return new Meter(limits, () -> nanos, (from, event) -> passedOn.add(event));
  }

  private void after(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void stopsARunAtItsTimeAndNotBefore() {
    after(Duration.ofMinutes(9));
    meter.emit(new RunEvent.Alive());
    after(Duration.ofMinutes(9));
    meter.emit(new RunEvent.Alive());
    after(Duration.ofMinutes(9));
    meter.emit(new RunEvent.Alive());
    after(Duration.ofMinutes(3).minusNanos(1));
    meter.tick();
    assertThat(meter.stopped()).isEmpty();

    after(Duration.ofNanos(1));
    meter.tick();
    assertThat(meter.stopped()).contains(Meter.Stop.TIME);
    assertThat(meter.sinceStart()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void stopsARunThatGivesNoSignOfLife() {
    after(Duration.ofMinutes(9));
    meter.emit(new RunEvent.Said("still here"));
    after(Duration.ofMinutes(10).minusNanos(1));
    meter.tick();
    assertThat(meter.stopped()).isEmpty();

    after(Duration.ofNanos(1));
    meter.tick();
    assertThat(meter.stopped()).contains(Meter.Stop.IDLE);
    assertThat(meter.sinceSign()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void takesEveryEventForASignOfLife() {
    List<RunEvent> events =
        List.of(
            new RunEvent.Alive(),
            new RunEvent.Said("x"),
            new RunEvent.ToolCalled("Edit"),
            new RunEvent.ToolDenied("Bash", ""),
            new RunEvent.ModelCalled(Usage.NONE),
            new RunEvent.ProcessStarted(1, Given.NOW),
            new RunEvent.Introduced(Optional.empty(), Optional.empty(), Optional.empty()));
    for (RunEvent event : events) {
      after(Duration.ofSeconds(1));
      meter.emit(event);
      assertThat(meter.sinceSign()).isZero();
    }
    assertThat(passedOn).isEqualTo(events);
  }

  @Test
  void letsARunBeIdleWhereNoLimitIsSet() {
    RunLimits usual = Given.limits();
    Meter patient =
        meter(
            new RunLimits(
                usual.time(),
                Optional.empty(),
                usual.calls(),
                usual.costUsd(),
                usual.outputBytes(),
                usual.transcriptBytes()));
    after(Duration.ofMinutes(29));
    patient.tick();

    assertThat(patient.stopped()).isEmpty();
  }

  @Test
  void stopsARunThatCallsTheModelTooOften() {
    for (int call = 1; call <= 200; call++) {
      call(meter, "0.001");
    }
    assertThat(meter.stopped()).isEmpty();

    call(meter, "0.001");
    assertThat(meter.stopped()).contains(Meter.Stop.CALLS);
    assertThat(meter.used().calls()).isEqualTo(201);
  }

  @Test
  void stopsARunThatCostsTooMuch() {
    call(meter, "4.99");
    call(meter, "0.01");
    assertThat(meter.stopped()).isEmpty();

    call(meter, "0.000001");
    assertThat(meter.stopped()).contains(Meter.Stop.COST);
    assertThat(meter.costUsd()).isEqualByComparingTo("5.000001");
    assertThat(meter.costBasis()).contains("reported");
  }

  @Test
  void countsTokensWithoutAPriceAtTheDearestRate() {
    meter.emit(new RunEvent.ModelCalled(new Usage(1, 100_000, 10_000, 100_000, Optional.empty())));
    assertThat(meter.costUsd()).isEqualByComparingTo("3.75");
    assertThat(meter.costBasis()).contains("assumed at the dearest rate");
    assertThat(meter.stopped()).isEmpty();

    call(meter, "1.25");
    assertThat(meter.costUsd()).isEqualByComparingTo("5");
    assertThat(meter.costBasis()).contains("reported, in part assumed at the dearest rate");
    meter.emit(new RunEvent.ModelCalled(new Usage(1, 1, 0, 0, Optional.empty())));
    assertThat(meter.stopped()).contains(Meter.Stop.COST);
    assertThat(meter.used().inputTokens()).isEqualTo(100_011);
  }

  @Test
  void saysNothingOfACostThatNobodyKnows() {
    assertThat(meter.costUsd()).isZero();
    assertThat(meter.costBasis()).isEmpty();
    meter.emit(new RunEvent.ModelCalled(new Usage(1, 0, 0, 0, Optional.empty())));
    assertThat(meter.costBasis()).isEmpty();
  }

  @Test
  void believesAnAgentThatSaysWhatItUsedInAll() {
    meter.emit(new RunEvent.ModelCalled(new Usage(1, 100_000, 10_000, 0, Optional.empty())));
    meter.emit(settled(3, "1.5"));
    assertThat(meter.costUsd()).isEqualByComparingTo("1.5");
    assertThat(meter.costBasis()).contains("reported");
    assertThat(meter.used().calls()).isEqualTo(3);
    assertThat(meter.stopped()).isEmpty();

    call(meter, "0.5");
    meter.emit(settled(5, "5.01"));
    assertThat(meter.costUsd()).isEqualByComparingTo("5.01");
    assertThat(meter.stopped()).contains(Meter.Stop.COST);
    assertThat(passedOn).hasSize(4);
  }

  private static RunEvent settled(int calls, String dollars) {
    Usage.Cost cost = new Usage.Cost(new BigDecimal(dollars), Usage.Basis.REPORTED);
    return new RunEvent.Settled(new Usage(calls, 10, 10, 0, Optional.of(cost)));
  }

  @Test
  void saysWhereAPriceListWasUsed() {
    Usage.Cost cost = new Usage.Cost(new BigDecimal("0.2"), Usage.Basis.PRICED);
    meter.emit(new RunEvent.ModelCalled(new Usage(1, 10, 10, 0, Optional.of(cost))));
    assertThat(meter.costBasis()).contains("tokens at list price");
  }

  @Test
  void countsToolsAndKeepsTenDenials() {
    meter.emit(new RunEvent.ToolCalled("Edit"));
    meter.emit(new RunEvent.ToolCalled("Bash"));
    meter.emit(new RunEvent.ToolCalled("Edit"));
    IntStream.range(0, 12).forEach(n -> meter.emit(new RunEvent.ToolDenied("Bash", "rm " + n)));

    assertThat(meter.tools()).isEqualTo(Map.of("Bash", 1, "Edit", 2));
    assertThat(meter.denials()).hasSize(10).startsWith("Bash (rm 0)");
  }

  @Test
  void putsTogetherWhatTheAgentSaysOfItself() {
    meter.emit(new RunEvent.Introduced(Optional.of("s1"), Optional.of("1.2"), Optional.empty()));
    meter.emit(new RunEvent.Introduced(Optional.of("s2"), Optional.empty(), Optional.of("large")));

    assertThat(meter.introduced())
        .isEqualTo(
            new RunEvent.Introduced(Optional.of("s2"), Optional.of("1.2"), Optional.of("large")));
  }

  @Test
  void keepsTheFirstReasonToStop() {
    meter.stop(Meter.Stop.TASK_CLOSED);
    meter.stop(Meter.Stop.KILL_SWITCH);
    after(Duration.ofHours(1));
    meter.tick();
    call(meter, "99");

    assertThat(meter.stopped()).contains(Meter.Stop.TASK_CLOSED);
  }

  @Test
  void interruptsTheRunOnceAndOnlyWhileItIsOn() {
    Meter early = meter(Given.limits());
    early.stop(Meter.Stop.SHUTDOWN);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    early.running(Thread.currentThread());
    assertThat(Thread.interrupted()).isTrue();

    meter.running(Thread.currentThread());
    meter.stop(Meter.Stop.KILL_SWITCH);
    assertThat(Thread.interrupted()).isTrue();
    meter.stop(Meter.Stop.TIME);
    assertThat(Thread.interrupted()).isFalse();

    Meter late = meter(Given.limits());
    late.running(Thread.currentThread());
    late.ended();
    late.stop(Meter.Stop.KILL_SWITCH);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void ignoresWhatComesAfterTheEnd() {
    call(meter, "1");
    meter.ended();
    call(meter, "99");
    meter.emit(new RunEvent.ToolDenied("Bash", "too late"));

    assertThat(meter.costUsd()).isEqualByComparingTo("1");
    assertThat(meter.denials()).isEmpty();
    assertThat(meter.stopped()).isEmpty();
    assertThat(passedOn).hasSize(1);
  }

  private static void call(Meter meter, String dollars) {
    meter.emit(
        new RunEvent.ModelCalled(
            new Usage(
                1,
                10,
                10,
                0,
                Optional.of(new Usage.Cost(new BigDecimal(dollars), Usage.Basis.REPORTED)))));
  }
}
