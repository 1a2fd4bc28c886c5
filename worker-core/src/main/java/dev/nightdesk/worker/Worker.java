package dev.nightdesk.worker;

import dev.nightdesk.gate.Gate;
import dev.nightdesk.ledger.Executions;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.PushingQueue;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One queue, one agent, and what goes on between them. Any thread. */
public final class Worker implements AutoCloseable {

  private final WorkerSpec spec;
  private final Office office;
  private final Watch watch;
  private final Parts parts;
  private final Carrier carrier;
  private final Executions executions;
  private final Poller poller;
  private final Offers offers;
  private final Rounds rounds;
  private volatile boolean clockOff;
  private final AtomicInteger ok = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final List<Consumer<Ended>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean quiet;

  /** How many tasks ended how since the worker was made. */
  public record Tally(int ok, int failed, int held) {}

  /** A run that is on. */
  public record LiveRun(
      TaskKey key,
      String title,
      String runId,
      String phase,
      Instant startedAt,
      Instant lastSign,
      Usage usage,
      BigDecimal costUsd) {}

  /** A run that has ended. */
  public record Ended(
      TaskKey key,
      String title,
      String runId,
      RunStatus status,
      String reason,
      Duration took,
      BigDecimal cost,
      TaskState next) {}

  public Worker(WorkerSpec spec, Office office) {
    this.spec = spec;
    this.office = office;
    Ledger ledger = office.ledger();
    Path stopFile = spec.surroundings().home().resolve("STOP");
    this.watch = new Watch(spec.name(), stopFile, ledger.switches(), office.timings().silence());
    this.parts = Parts.of(spec, office, watch, new Counted());
    Gate gate = new Gate(ledger.runs(), spec.bounds(), stopFile, ledger::clockOff, office.clock());
    this.carrier = new Carrier(new Life(spec, office, gate, parts), office.clock(), this::roomLeft);
    this.executions = ledger.executions(spec.name(), spec.concurrency(), office.timings(), carrier);
    this.poller = new Poller(spec, office, watch, key -> executions.offer(key, 0));
    this.offers = new Offers(spec, ledger, executions, stopFile);
    this.rounds = new Rounds(spec, parts, poller, offers, this::keepHouse);
  }

  public String name() {
    return spec.name();
  }

  private void roomLeft() {
    rounds.roomLeft();
  }

  /** Works until it is closed; returns at once. */
  public void watch() throws InterruptedException, WorkerUnavailableException {
    watch(Duration.ZERO);
  }

  /**
   * The same, after a pause.
   *
   * @param pause before anything is polled or started; what dead processes had is given back first
   */
  public void watch(Duration pause) throws InterruptedException, WorkerUnavailableException {
    checkAgent();
    tidy();
    if (spec.queue() instanceof PushingQueue pushing) {
      pushing.onChange(rounds::wake);
    }
    rounds.start(pause, executions::start);
  }

  /**
   * Handles what is ready now, and returns when that is done.
   *
   * @param task handles this one only, a person having asked for it
   */
  public Tally handleWhatIsReady(Optional<String> task)
      throws InterruptedException, WorkerUnavailableException {
    task.ifPresent(carrier::carryOnly);
    checkAgentAndPoll();
    if (task.isPresent()) {
      askFor(new TaskKey(spec.name(), task.get()));
    }
    tidy();
    executions.start();
    while (!quiet && (offers.make() > 0 || !executions.idle())) {
      carrier.awaitOne();
    }
    executions.drain(Duration.ofDays(365));
    return tally();
  }

  private void askFor(TaskKey key) throws WorkerUnavailableException {
    Optional<TaskRow> row = office.ledger().tasks().find(key);
    if (row.isEmpty() || row.get().state() != TaskState.READY) {
      String why =
          Explanation.of(office.ledger(), spec.surroundings().home(), key).stream()
              .findFirst()
              .orElse("");
      throw new WorkerUnavailableException(
          QueueException.Kind.FIX_SETTINGS, "Task " + key + " is not ready. " + why);
    }
    office.ledger().tasks().reset(key, Cause.MANUAL, true);
    executions.offer(key, Integer.MAX_VALUE);
  }

  /** Beside each other: whoever looks whether there is something to do waits for both. */
  private void checkAgentAndPoll() throws InterruptedException, WorkerUnavailableException {
    // A virtual thread that waits for a socket leaves a thread in epoll; a JVM's end waits for it.
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<?> poll =
          beside.submit(() -> {
            poller.poll();
            return null;
          });
      try {
        checkAgent();
        poll.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case QueueException away ->
              throw new WorkerUnavailableException(away.kind(), away.getMessage());
          case RuntimeException failed -> throw failed;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } finally {
        poll.cancel(true);
      }
    }
  }

  private void checkAgent() throws InterruptedException, WorkerUnavailableException {
    String wrong =
        spec.agent().check(spec.surroundings().containment(office.timings(), () -> 0)).stream()
            .filter(finding -> finding.state() == Finding.State.WRONG)
            .map(Finding::message)
            .collect(Collectors.joining(" "));
    if (!wrong.isEmpty()) {
      throw new WorkerUnavailableException(
          QueueException.Kind.FIX_SETTINGS, "Worker " + spec.name() + ": " + wrong);
    }
  }

  /** Ends what dead processes of this home left behind, and gives back what they had taken. */
  private void tidy() {
    Ledger ledger = office.ledger();
    ledger.runs().unfinishedOf(ledger.homeId()).forEach(parts.takeover()::endLeftovers);
    keepHouse();
    executions.releaseDeadOwners();
  }

  private void keepHouse() {
    office.ledger().readClock();
    Optional<Duration> off = office.ledger().clockOff();
    if (off.isPresent() && !clockOff) {
      String what =
          "This machine's clock is %d s off the ledger's".formatted(off.get().toSeconds());
      parts.alarm().raise(Optional.empty(), what + ", so nothing is started. Set it right (NTP).");
    }
    clockOff = off.isPresent();
    parts.journal().catchUp();
  }

  /** Claims nothing more; what runs goes on. */
  public void quiet() {
    quiet = true;
    executions.quiet();
    carrier.wake();
  }

  /** Waits for what runs, at most that long; false if that was not enough. */
  public boolean drain(Duration max) throws InterruptedException {
    quiet();
    return executions.drain(max);
  }

  /** Stops at once: what runs is ended, and its tasks go back to their queue. */
  @Override
  public void close() {
    quiet();
    rounds.close();
    watch.stopAll(Meter.Stop.SHUTDOWN);
    executions.close();
    watch.close();
    parts.journal().close();
  }

  /** What is on now, the oldest first. */
  public List<LiveRun> live() {
    Instant now = office.clock().instant();
    return watch.live().stream()
        .sorted((a, b) -> a.ticket().startedAt().compareTo(b.ticket().startedAt()))
        .map(run -> liveRun(run, now))
        .toList();
  }

  private static LiveRun liveRun(Live run, Instant now) {
    return new LiveRun(
        run.ticket().key(),
        run.task().title(),
        run.ticket().runId(),
        run.phase().inWords(),
        run.ticket().startedAt(),
        now.minus(run.meter().sinceSign()),
        run.meter().used(),
        run.meter().costUsd());
  }

  public Tally tally() {
    return new Tally(ok.get(), failed.get(), held.get());
  }

  /** Calls the listener after every run, from the run's thread. */
  public void onEnded(Consumer<Ended> listener) {
    listeners.add(listener);
  }

  private final class Counted implements Parts.Reports {
    @Override
    public void ended(Ended run) {
      switch (run.next()) {
        case REVIEW -> ok.incrementAndGet();
        case HELD -> held.incrementAndGet();
        case FAILED, READY -> failed.incrementAndGet();
        case AWAY, RUNNING -> {}
      }
      listeners.forEach(listener -> listener.accept(run));
    }

    @Override
    public void held(TaskKey key) {
      held.incrementAndGet();
    }
  }
}
