package dev.nightdesk.worker;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts while a run is on, and stops it at a limit. Durations come from the monotonic clock; usage
 * from the agent's live events.
 */
final class Meter implements RunEvents {

  /** Why a run was stopped from outside. */
  enum Stop {
    TIME,
    IDLE,
    CALLS,
    COST,
    KILL_SWITCH,
    TASK_CLOSED,
    TASK_EDITED,
    CUT_OFF,
    SHUTDOWN
  }

  private static final int KEPT_DENIALS = 10;

  private final RunLimits limits;
  private final LongSupplier nanos;
  private final long startedAt;
  private final BiConsumer<Meter, RunEvent> also;

  private long lastSign;
  private final Spend spend = new Spend();
  private final Map<String, Integer> tools = new TreeMap<>();
  private final List<String> denials = new ArrayList<>();
  private RunEvent.Introduced introduced =
      new RunEvent.Introduced(Optional.empty(), Optional.empty(), Optional.empty());
  private @Nullable Stop stop;
  private @Nullable Thread runner;
  private boolean over;

  /**
   * @param nanos the monotonic clock
   * @param also gets every event after it was counted
   */
  Meter(RunLimits limits, LongSupplier nanos, BiConsumer<Meter, RunEvent> also) {
    this.limits = limits;
    this.nanos = nanos;
    this.also = also;
    this.startedAt = nanos.getAsLong();
    this.lastSign = startedAt;
  }

  /** Says which thread to interrupt; a stop that came before interrupts at once. */
  synchronized void running(Thread thread) {
    runner = thread;
    if (stop != null) {
      thread.interrupt();
    }
  }

  /** Nobody is interrupted until {@link #running} is called again. */
  synchronized void paused() {
    runner = null;
  }

  /** The run is over: nothing is counted and nobody is interrupted after this. */
  synchronized void ended() {
    runner = null;
    over = true;
  }

  @Override
  public void emit(RunEvent event) {
    if (count(event)) {
      also.accept(this, event);
    }
  }

  private synchronized boolean count(RunEvent event) {
    if (over) {
      return false;
    }
    lastSign = nanos.getAsLong();
    switch (event) {
      case RunEvent.ModelCalled called -> {
        spend.add(called.usage());
        checkSpend();
      }
      case RunEvent.Settled settled -> {
        spend.settle(settled.total());
        checkSpend();
      }
      case RunEvent.ToolCalled tool -> tools.merge(tool.name(), 1, Integer::sum);
      case RunEvent.ToolDenied denied -> deny(denied);
      case RunEvent.Introduced more -> introduce(more);
      case RunEvent.ProcessStarted started -> {}
      case RunEvent.Said said -> {}
      case RunEvent.Alive alive -> {}
    }
    return true;
  }

  private void checkSpend() {
    if (spend.used().calls() > limits.calls()) {
      stop(Stop.CALLS);
    } else if (spend.usd().compareTo(limits.costUsd()) > 0) {
      stop(Stop.COST);
    }
  }

  private void deny(RunEvent.ToolDenied denied) {
    if (denials.size() < KEPT_DENIALS) {
      denials.add(denied.name() + (denied.detail().isBlank() ? "" : " (" + denied.detail() + ")"));
    }
  }

  private void introduce(RunEvent.Introduced more) {
    introduced =
        new RunEvent.Introduced(
            more.session().or(introduced::session),
            more.version().or(introduced::version),
            more.model().or(introduced::model));
  }

  /** Looks at the clock; called every moment while the run is on. */
  synchronized void tick() {
    if (sinceStart().compareTo(limits.time()) >= 0) {
      stop(Stop.TIME);
    } else if (limits.idle().isPresent() && sinceSign().compareTo(limits.idle().get()) >= 0) {
      stop(Stop.IDLE);
    }
  }

  /** Stops the run for this reason, unless another came first. */
  synchronized void stop(Stop why) {
    if (stop == null) {
      stop = why;
      if (runner != null) {
        runner.interrupt();
      }
    }
  }

  synchronized Optional<Stop> stopped() {
    return Optional.ofNullable(stop);
  }

  synchronized Usage used() {
    return spend.used();
  }

  /** What the run cost so far, with what was not reported counted at the dearest rate. */
  synchronized BigDecimal costUsd() {
    return spend.usd();
  }

  /** Where {@link #costUsd} comes from, for the audit log. */
  synchronized Optional<String> costBasis() {
    return spend.basis();
  }

  synchronized Map<String, Integer> tools() {
    return new TreeMap<>(tools);
  }

  synchronized List<String> denials() {
    return List.copyOf(denials);
  }

  synchronized RunEvent.Introduced introduced() {
    return introduced;
  }

  synchronized Duration sinceStart() {
    return Duration.ofNanos(nanos.getAsLong() - startedAt);
  }

  synchronized Duration sinceSign() {
    return Duration.ofNanos(nanos.getAsLong() - lastSign);
  }
}
