package dev.nightdesk.toolkit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    endTree(supervisor);
    return true;
  }

  /** Kills a supervisor and all below it, and waits until they are gone. */
  static void endTree(ProcessHandle supervisor) {
    List<ProcessHandle> tree =
        Stream.concat(Stream.of(supervisor), supervisor.descendants()).toList();
    tree.forEach(ProcessHandle::destroyForcibly);
    awaitGone(tree);
  }

  /** Waits until killed processes have ended, for five seconds at most. */
  static void awaitGone(List<ProcessHandle> killed) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (killed.stream().anyMatch(Leftovers::runs) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** A process whose exit code nobody has collected counts as alive for the JDK. */
  static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try (InputStream in = new FileInputStream("/proc/" + process.pid() + "/stat")) {
      String stat = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException notLinux) {
      return process.isAlive();
    }
  }

  private static boolean isIt(ProcessHandle process, Instant startedAt) {
    ProcessHandle.Info info = process.info();
    return info.startInstant()
            .filter(start -> Duration.between(start, startedAt).abs().compareTo(TOLERANCE) <= 0)
            .isPresent()
        && info.commandLine().filter(line -> line.contains(SUPERVISOR)).isPresent();
  }
}
