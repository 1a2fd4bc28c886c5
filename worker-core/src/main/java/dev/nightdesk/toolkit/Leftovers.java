package dev.nightdesk.toolkit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Ends what a worker that died has left behind. Safe for any thread. */
public final class Leftovers {
  /** A word of the supervisor's own command line. */
  private static final String SUPERVISOR = "Nightdesk's supervisor";

  /** The system's start times are derived from its boot time, which a set clock moves a little. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** How long killed processes may take to be gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int STATE = 0;
  private static final int SESSION = 3;

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
    kill(Stream.concat(Stream.of(supervisor), supervisor.descendants()).toList());
    endSession(supervisor.pid());
  }

  /**
   * Kills what is left of the session that a supervisor led, which has ended, and waits until it is
   * gone. What a process starts while it is killed hangs below nobody any more, but its session
   * stays; and while anything is in that, no new process gets its number.
   *
   * @param leader the process id that the supervisor had
   */
  static void endSession(long leader) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<ProcessHandle> left = session(leader);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      kill(left);
      left = session(leader);
    }
  }

  private static List<ProcessHandle> session(long leader) {
    if (ProcessHandle.of(leader).filter(Leftovers::runs).isPresent()) {
      return List.of(); // the number is another's by now
    }
    String session = String.valueOf(leader);
    return ProcessHandle.allProcesses()
        .filter(process -> stat(process).filter(of -> of.get(SESSION).equals(session)).isPresent())
        .filter(Leftovers::runs)
        .toList();
  }

  private static void kill(List<ProcessHandle> processes) {
    processes.forEach(ProcessHandle::destroyForcibly);
    awaitGone(processes);
  }

  /** Waits until killed processes have ended, for five seconds at most. */
  static void awaitGone(List<ProcessHandle> killed) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (killed.stream().anyMatch(Leftovers::runs) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** A process whose exit code nobody has collected counts as alive for the JDK. */
  static boolean runs(ProcessHandle process) {
    return process.isAlive() && stat(process).filter(stat -> stat.get(STATE).equals("Z")).isEmpty();
  }

  /** What Linux tells of a process: state, parent, group, session and more; see proc(5). */
  private static Optional<List<String>> stat(ProcessHandle process) {
    try (InputStream in = new FileInputStream("/proc/" + process.pid() + "/stat")) {
      String stat = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return Optional.of(List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)));
    } catch (IOException goneOrNotLinux) {
      return Optional.empty();
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
