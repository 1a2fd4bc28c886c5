package dev.nightdesk.toolkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Ends what a worker that died has left behind. Safe for any thread. */
public final class Leftovers {
  /** A word of the supervisor's own command line. */
  private static final String SUPERVISOR = "Nightdesk's supervisor";

  /** The system's start times are derived from its boot time, which a set clock moves a little. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** What was killed is gone in milliseconds, unless nobody collects its exit code. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Leftovers() {}

  /**
   * Ends a supervisor and all below it, and returns when they are gone. Does nothing to any other
   * process that has got the same id since then. Safe to repeat.
   *
   * @param pid the process id of {@code ProcessStarted}
   * @param startedAt its start time of {@code ProcessStarted}
   * @return whether there was something to end
   */
  public static boolean end(long pid, Instant startedAt) {
    ProcessHandle supervisor = ProcessHandle.of(pid).orElse(null);
    if (supervisor == null || !isIt(supervisor, startedAt)) {
      return false;
    }
    List<ProcessHandle> tree =
        Stream.concat(Stream.of(supervisor), supervisor.descendants()).toList();
    tree.forEach(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    return true;
  }

  private static boolean isIt(ProcessHandle process, Instant startedAt) {
    ProcessHandle.Info info = process.info();
    return info.startInstant()
            .filter(start -> Duration.between(start, startedAt).abs().compareTo(TOLERANCE) <= 0)
            .isPresent()
        && info.commandLine().filter(line -> line.contains(SUPERVISOR)).isPresent();
  }
}
