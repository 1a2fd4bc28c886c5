package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A program that runs under a supervisor of its own, which ends it and all that it started when it
 * is told to, when this JVM dies, and when no heartbeat has come for the silence limit.
 *
 * <pre>{@code
 * try (ChildProcess child = ChildProcess.start(Launch.of(request, command))) {
 *   events.emit(child.started());
 *   Ending ending = child.await(line -> …);
 * }
 * }</pre>
 *
 * <p>For one thread, which may be a virtual one. Interrupting it stops the program: it is
 * interrupted (SIGINT), after two seconds terminated (SIGTERM), after two more killed; a second
 * interrupt goes on to the next step at once. The interrupt is used up by that.
 */
public final class ChildProcess implements AutoCloseable {
  private static final long POLL_MILLIS = 50;
  private static final Duration FOREVER = Duration.ofDays(365);

  /** A word to the supervisor, and how long the program may take to heed it. */
  private record Step(String word, Duration patience) {}

  private static final List<Step> STEPS =
      List.of(
          new Step("interrupt", Duration.ofSeconds(2)),
          new Step("terminate", Duration.ofSeconds(2)),
          new Step("kill", Duration.ofMillis(500)));

  /** Without a namespace, to kill is to search, which is not to be cut short. */
  private static final Duration SEARCH = Duration.ofSeconds(5);

  private final Launch launch;
  private final Isolation.Level level;
  private final Fence fence;
  private final Process supervisor;
  private final RunEvent.ProcessStarted started;
  private final CompletableFuture<Process> exited;
  private final OutputTail tail;
  private final Future<?> beats;
  private int stepsTaken;
  private long stepEnds;
  private Optional<Ending> ending = Optional.empty();

  private ChildProcess(Launch launch, Isolation.Level level, Fence fence, Process supervisor) {
    this.launch = launch;
    this.level = level;
    this.fence = fence;
    this.supervisor = supervisor;
    started =
        new RunEvent.ProcessStarted(
            supervisor.pid(), supervisor.info().startInstant().orElseGet(Instant::now));
    exited = supervisor.onExit();
    tail = new OutputTail(launch.streams().output().file());
    beats = Beats.pass(launch.containment(), () -> tell("beat"));
  }

  /**
   * Starts a program.
   *
   * @throws CannotStartException where the program is missing or cannot be run, or the sandbox that
   *     was asked for does not work
   */
  public static ChildProcess start(Launch launch) throws CannotStartException {
    return start(launch, Isolation.of(launch.containment().sandbox()));
  }

  static ChildProcess start(Launch launch, Isolation isolation) throws CannotStartException {
    return start(launch, isolation, Fence.raise(launch, isolation));
  }

  static ChildProcess start(Launch launch, Isolation isolation, Fence fence)
      throws CannotStartException {
    try {
      Launch fenced = fence.around(launch);
      return new ChildProcess(
          fenced, isolation.level(), fence, Supervisor.start(fenced, isolation, fence));
    } catch (CannotStartException | RuntimeException e) {
      fence.close();
      throw e;
    }
  }

  /** What {@code nightdesk doctor} says of the way in which programs are kept in here. */
  public static Finding check(Containment containment) {
    return Isolation.check(containment);
  }

  /** What core writes down so that a later worker can end it; see {@link Leftovers}. */
  public RunEvent.ProcessStarted started() {
    return started;
  }

  /**
   * Waits until the program has ended and all that it started is gone.
   *
   * @param lines gets each line of standard output soon after it was written, in this thread; of a
   *     line longer than 1 MiB the beginning; what is not UTF-8 as U+FFFD
   * @throws CannotStartException where it turned out only now that the program cannot be run
   */
  public Ending await(Consumer<String> lines) throws CannotStartException {
    return awaitExit(FOREVER, lines).orElseThrow();
  }

  /**
   * As {@link #await}, but not for longer than this; for a program that has said its last word and
   * does not end.
   *
   * @return empty while it still runs
   */
  public Optional<Ending> awaitExit(Duration atMost, Consumer<String> lines)
      throws CannotStartException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (ending.isEmpty()) {
      boolean gone = pause();
      while (tail.read(lines) && !gone) {
        gone = exited.isDone();
      }
      if (gone) {
        ending = Optional.of(finish(lines));
      } else if (!stopping() && Report.overfull(launch).isPresent()) {
        hasten();
      } else if (stopping() && System.nanoTime() - stepEnds >= 0) {
        hasten();
      } else if (!stopping() && System.nanoTime() - deadline >= 0) {
        return Optional.empty();
      }
    }
    return ending;
  }

  /** Stops the program as an interrupt does, in about four and a half seconds at most. */
  public Ending stop(Consumer<String> lines) throws CannotStartException {
    if (!stopping()) {
      hasten();
    }
    return await(lines);
  }

  /** The last line of standard error, made safe to show; empty where there is none. */
  public String lastErrorLine() {
    return Report.lastLine(launch.streams().errors().file());
  }

  /** Kills the program where it still runs. */
  @Override
  public void close() {
    if (ending.isEmpty()) {
      stepsTaken = Math.max(stepsTaken, STEPS.size() - 1);
      hasten();
      try {
        await(line -> {});
      } catch (CannotStartException neverRan) {
        // then there is nothing to end
      }
    }
    tail.close();
  }

  /** Waits a little; true where the supervisor has ended. An interrupt is a wish to stop. */
  private boolean pause() {
    try {
      exited.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      hasten();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean stopping() {
    return stepsTaken > 0;
  }

  /** Goes on to the next step of a stop. */
  private void hasten() {
    if (stepsTaken < STEPS.size()) {
      Step step = STEPS.get(stepsTaken++);
      tell(step.word());
      boolean search = level == Isolation.Level.GROUP && stepsTaken == STEPS.size();
      stepEnds = System.nanoTime() + (search ? SEARCH : step.patience()).toNanos();
    } else {
      // by its handle, since the process itself would close the pipe that is yet to be read
      Leftovers.endTree(supervisor.toHandle());
      stepEnds = System.nanoTime() + FOREVER.toNanos();
    }
  }

  private synchronized void tell(String word) {
    try {
      OutputStream pipe = supervisor.getOutputStream();
      pipe.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException gone) {
      // the supervisor has ended, which is noticed elsewhere
    }
  }

  private Ending finish(Consumer<String> lines) throws CannotStartException {
    try (fence) {
      beats.cancel(false);
      Report report = Report.of(supervisor);
      report.awaitSandboxGone();
      if (stopping()) {
        Leftovers.endSession(started.pid());
      }
      tail.finish(lines);
      fence.tell(launch.streams().output().file().resolveSibling(""));
      Optional<Ending> flooded = Report.overfull(launch);
      if (flooded.isPresent()) {
        return flooded.get();
      }
      return stopping() ? new Ending.Stopped() : ended(report.ending(launch, level));
    }
  }

  /** A program that ended badly after it had met a ceiling most likely did so for that reason. */
  private Ending ended(Ending ending) {
    Optional<String> ceiling =
        ending instanceof Ending.Exited(int code) && code != 0 ? fence.met() : Optional.empty();
    return ceiling.<Ending>map(Ending.Exhausted::new).orElse(ending);
  }
}
