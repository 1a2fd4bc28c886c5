package dev.nightdesk.toolkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Ends what a worker that died has left behind. Safe for any thread. */
public final class Leftovers {
  /** A word of the supervisor's own command line. */
  private static final String SUPERVISOR = "Nightdesk's supervisor";

  /** The system's start times are derived from its boot time, which a set clock moves a little. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

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
    for (ProcessHandle process : tree) {
      process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
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
