package dev.nightdesk.app;

import com.google.inject.Inject;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.Worker.Tally;
import dev.nightdesk.worker.WorkerUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers at work, all in this process, until they are done or a signal comes. */
final class Shift {
  private static final Logger log = LoggerFactory.getLogger(Shift.class);
  private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

  private final Console console;
  private final Workers workers;
  private final Office office;
  private final Standstill standstill;
  private final Housekeeping housekeeping;

  @Inject
  Shift(
      Console console,
      Workers workers,
      Office office,
      Standstill standstill,
      Housekeeping housekeeping) {
    this.console = console;
    this.workers = workers;
    this.office = office;
    this.standstill = standstill;
    this.housekeeping = housekeeping;
  }

  /** Handles what is ready now; one worker that cannot does not keep the others. */
  int handleWhatIsReady(List<String> names, Optional<String> task) throws InterruptedException {
    List<Worker> crew = workers.open(names, office);
    var signals = Signals.caught(() -> crew.forEach(Worker::quiet));
    List<Callable<Tally>> jobs = new ArrayList<>();
    crew.forEach(worker -> jobs.add(() -> worker.handleWhatIsReady(task)));
    try (var progress = new Progress(console, crew, office.clock());
        ExecutorService each = Executors.newCachedThreadPool()) {
      progress.begin();
      List<Future<Tally>> results;
      try {
        results = each.invokeAll(jobs);
      } catch (InterruptedException secondSignal) {
        crew.forEach(Worker::close);
        return signals.exitCode(ExitCode.INTERRUPTED);
      }
      return signals.exitCode(summed(results, crew.stream().map(Worker::name).toList()));
    }
  }

  private int summed(List<Future<Tally>> results, List<String> names) throws InterruptedException {
    int code = ExitCode.DONE;
    int done = 0;
    int failed = 0;
    int held = 0;
    for (Future<Tally> result : results) {
      try {
        done += result.get().ok();
        failed += result.get().failed();
        held += result.get().held();
      } catch (ExecutionException e) {
        code = Math.max(code, unavailable(e));
      }
    }
    if (code != ExitCode.DONE) {
      return code;
    }
    if (done + failed + held > 0) {
      console.tell("%d done, %d failed, %d held.".formatted(done, failed, held));
    }
    List<String> obstacles = standstill.of(names);
    obstacles.forEach(console::tell);
    if (done + failed + held == 0 && obstacles.isEmpty()) {
      long waiting = standstill.waiting(names);
      console.tell(
          "Nothing was ready."
              + (waiting == 0 ? "" : " " + waiting + " waiting: nightdesk tasks says for what."));
    }
    return failed + held == 0 && obstacles.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private int unavailable(ExecutionException e) {
    return switch (e.getCause()) {
      case WorkerUnavailableException problem -> refused(problem);
      case LedgerException lost -> throw lost;
      case null, default -> throw new IllegalStateException(e.getCause());
    };
  }

  private int refused(WorkerUnavailableException problem) {
    console.tell("nightdesk: " + Text.oneLine(String.valueOf(problem.getMessage())));
    return problem.kind() == QueueException.Kind.FIX_SETTINGS
        ? ExitCode.USAGE
        : ExitCode.UNREACHABLE;
  }

  /** Goes on until a signal; then waits for what runs, at most that long. */
  int watch(List<String> names, Optional<Duration> drain) throws InterruptedException {
    List<Worker> crew = workers.open(names, office);
    var signals = Signals.caught(() -> crew.forEach(Worker::quiet));
    try (var progress = new Progress(console, crew, office.clock())) {
      progress.begin();
      int refused = begin(crew, signals);
      if (refused != ExitCode.DONE) {
        return signals.exitCode(refused);
      }
      signals.await();
      int running = crew.stream().mapToInt(worker -> worker.live().size()).sum();
      if (running > 0) {
        console.tell(
            "Stopping: waiting for %d running, %s. Once more to stop at once."
                .formatted(
                    running,
                    drain
                        .map(max -> "at most " + Text.duration(max))
                        .orElse("within their limits")));
      }
      drained(crew, drain.orElse(AS_LONG_AS_IT_TAKES));
    } catch (InterruptedException secondSignal) {
      crew.forEach(Worker::close);
    }
    leave();
    return signals.exitCode(ExitCode.DONE);
  }

  /** A ledger that goes away in this very moment is waited for, as one that was not there. */
  private int begin(List<Worker> crew, Signals signals) throws InterruptedException {
    var patience = new Patience(console, signals::await);
    List<String> names = crew.stream().map(Worker::name).toList();
    Optional<List<String>> obstacles = patience.with(() -> standstill.of(names));
    Optional<Duration> pause = patience.with(this::pause);
    if (obstacles.isEmpty() || pause.isEmpty()) {
      return ExitCode.DONE;
    }
    int refused = start(crew, pause.get(), patience);
    if (refused == ExitCode.DONE) {
      housekeeping.begin();
      console.tell("Watching. Stop with Ctrl-C.");
      obstacles.get().forEach(console::tell);
    }
    return refused;
  }

  /** A program that dies again and again shall hammer neither its services nor its machine. */
  private Duration pause() {
    var restarts = new Restarts(office.timings().heartbeat());
    int start = 1 + office.ledger().arrivals().note(restarts.within());
    Duration pause = restarts.pauseOf(start, ThreadLocalRandom.current().nextDouble());
    if (!pause.isZero()) {
      console.tell(
          "This is start %d in %d min: for %s nothing is polled or started, in case it dies again."
              .formatted(start, restarts.within().toMinutes(), Text.duration(pause)));
    }
    return pause;
  }

  /** Whoever was told to end did not die. */
  private void leave() {
    try {
      office.ledger().arrivals().leave();
    } catch (LedgerException away) {
      log.info("this end counts as a crash for a while: {}", away.getMessage());
    }
  }

  /** One worker that cannot start does not keep the others; none at all is the end. */
  private int start(List<Worker> crew, Duration pause, Patience patience)
      throws InterruptedException {
    int code = ExitCode.DONE;
    boolean started = false;
    for (Worker worker : crew) {
      int refused = patience.with(() -> start(worker, pause)).orElse(ExitCode.DONE);
      started |= refused == ExitCode.DONE;
      code = Math.max(code, refused);
    }
    return started ? ExitCode.DONE : code;
  }

  private int start(Worker worker, Duration pause) throws InterruptedException {
    try {
      worker.watch(pause);
      return ExitCode.DONE;
    } catch (WorkerUnavailableException problem) {
      return refused(problem);
    }
  }

  private static void drained(List<Worker> crew, Duration max) throws InterruptedException {
    long until = System.nanoTime() + max.toNanos();
    for (Worker worker : crew) {
      worker.drain(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
