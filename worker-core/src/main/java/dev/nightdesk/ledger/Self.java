package dev.nightdesk.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * This process, under a name by which others of the same home can tell whether it still lives:
 * home, machine, process id, and when the process started, for ids are used again.
 *
 * @param homeId the home
 * @param host the machine's name, for people
 * @param machine the machine and its process numbering: a container counts its own
 */
record Self(String homeId, String host, String machine, long pid, String started) {

  static Self of(String homeId) {
    return of(homeId, ProcessHandle.current());
  }

  static Self of(String homeId, ProcessHandle process) {
    String host = hostName();
    return new Self(homeId, host, machine(host), process.pid(), startOf(process).orElse("0"));
  }

  /** At most 50 characters, which is what db-scheduler keeps of a name. */
  String name() {
    return homeId + "." + machine + "." + Long.toString(pid, 36) + "." + started;
  }

  /** Whether a process of that name is certainly gone; one of another machine never is. */
  boolean knowsDead(String name) {
    String[] parts = name.split("\\.", -1);
    return isNear(parts) && !lives(parts);
  }

  /** Whether a process of that name certainly lives; one of another machine never does. */
  boolean knowsAlive(String name) {
    String[] parts = name.split("\\.", -1);
    return isNear(parts) && lives(parts);
  }

  private boolean isNear(String[] parts) {
    return parts.length == 4 && parts[0].equals(homeId) && parts[1].equals(machine);
  }

  private static boolean lives(String[] parts) {
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[2], 36));
    return process.isPresent()
        && startOf(process.get()).map(start -> start.equals(parts[3])).orElse(false);
  }

  /**
   * In the machine's own ticks where there are any, since a time of day shifts when the clock is
   * set; empty when the process has ended meanwhile.
   */
  private static Optional<String> startOf(ProcessHandle process) {
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    try {
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fields[0].equals("Z") || fields[0].equals("X");
      return ended ? Optional.empty() : Optional.of(Long.toString(Long.parseLong(fields[19]), 36));
    } catch (IOException e) {
      return process.info().startInstant().map(at -> Long.toString(at.toEpochMilli(), 36));
    }
  }

  private static String machine(String host) {
    CRC32C sum = new CRC32C();
    sum.update(host.getBytes(StandardCharsets.UTF_8));
    try {
      Path numbering = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      sum.update(numbering.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException | UnsupportedOperationException e) {
      sum.update(0);
    }
    return Long.toString(sum.getValue(), 36);
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "localhost";
      }
    }
  }
}
