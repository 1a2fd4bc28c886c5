package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Allowance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The kernel's control groups of one run: ceilings for all that it starts together. Where they
 * cannot be made, there are only the weaker limits of each process.
 *
 * @param folders one for each kind
 */
record ControlGroups(List<Path> folders) implements AutoCloseable {
  private static final Path OWN = Path.of("/proc/self/cgroup");
  private static final Path MOUNTED = Path.of("/sys/fs/cgroup");
  private static final String PREFIX = "nightdesk-";
  private static final AtomicLong COUNT = new AtomicLong();

  ControlGroups {
    folders = List.copyOf(folders);
  }

  /** Those of this machine; empty where this process may make none, or there are no ceilings. */
  static Optional<ControlGroups> make(Allowance allowance) {
    return allowance.memoryBytes() == 0 && allowance.processes() == 0
        ? Optional.empty()
        : make(allowance, Homes.KNOWN);
  }

  /** Whether such can be made here. */
  static boolean available() {
    Optional<ControlGroups> trial = make(new Allowance(Allowance.ALL.network(), 1L << 30, 64));
    trial.ifPresent(ControlGroups::close);
    return trial.isPresent();
  }

  static Optional<ControlGroups> make(Allowance allowance, List<Path> homes) {
    if (homes.isEmpty()) {
      return Optional.empty();
    }
    String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    List<Path> made = new ArrayList<>();
    ControlGroups groups = new ControlGroups(made);
    try {
      for (Path home : homes) {
        made.add(Files.createDirectory(home.resolve(name)));
      }
      groups = new ControlGroups(made);
      groups.limit(allowance);
      return Optional.of(groups);
    } catch (IOException | UncheckedIOException refused) {
      new ControlGroups(made).close();
      return Optional.empty();
    }
  }

  private void limit(Allowance allowance) throws IOException {
    if (allowance.memoryBytes() > 0) {
      String bytes = String.valueOf(allowance.memoryBytes());
      write("memory.limit_in_bytes", bytes);
      write("memory.memsw.limit_in_bytes", bytes);
      write("memory.max", bytes);
      write("memory.swap.max", "0");
    }
    if (allowance.processes() > 0) {
      write("pids.max", String.valueOf(allowance.processes()));
    }
  }

  /** Into whichever of the folders has such a file: the two generations of groups differ. */
  private void write(String file, String value) throws IOException {
    for (Path folder : folders) {
      if (Files.exists(folder.resolve(file))) {
        Files.writeString(folder.resolve(file), value);
      }
    }
  }

  /**
   * The files into which a process of one thread writes 0 to be in. {@code tasks}, which only the
   * first generation has, moves a thread: to move a whole process the kernel stops all others for a
   * moment, which takes some 12 ms (measured on Linux 6.18).
   */
  List<Path> entrances() {
    return folders.stream()
        .map(folder -> folder.resolve("tasks"))
        .map(tasks -> Files.exists(tasks) ? tasks : tasks.resolveSibling("cgroup.procs"))
        .toList();
  }

  /** Which ceiling the run has met, as a sentence for the user. */
  Optional<String> met() {
    if (count("memory.oom_control", "oom_kill") + count("memory.events", "oom_kill") > 0) {
      return Optional.of(
          "It used more memory than WORKER_MEMORY_LIMIT allows, and the system ended what it ran.");
    }
    return count("pids.events", "max") > 0
        ? Optional.of("It started more processes than WORKER_PROCESS_LIMIT allows.")
        : Optional.empty();
  }

  private long count(String file, String word) {
    return folders.stream()
        .map(folder -> folder.resolve(file))
        .filter(Files::exists)
        .flatMap(ControlGroups::lines)
        .filter(line -> line.startsWith(word + " "))
        .mapToLong(line -> Long.parseLong(line.substring(word.length() + 1).strip()))
        .sum();
  }

  /** Takes them away; what was in them has ended, and the kernel may need a moment to see it. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    for (Path folder : folders) {
      while (!removed(folder) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }

  private static boolean removed(Path folder) {
    try {
      Files.deleteIfExists(folder);
      return true;
    } catch (IOException stillInUse) {
      return false;
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException gone) {
      return Stream.empty();
    }
  }

  /** Where groups can be made, looked at once. */
  private static final class Homes {
    static final List<Path> KNOWN = find(ControlGroups.lines(OWN).toList(), MOUNTED);

    private Homes() {}
  }

  /**
   * The folders below which groups can be made: of the first generation one for memory and one for
   * processes, of the second one for both.
   *
   * @param own the lines of {@code /proc/self/cgroup}
   */
  static List<Path> find(List<String> own, Path mounted) {
    List<Path> first = new ArrayList<>();
    for (String kind : List.of("memory", "pids")) {
      own.stream()
          .map(line -> line.split(":", 3))
          .filter(parts -> List.of(parts[1].split(",", -1)).contains(kind))
          .map(parts -> within(mounted.resolve(kind), parts[2]))
          .filter(Files::isWritable)
          .forEach(first::add);
    }
    List<Path> found =
        first.size() == 2
            ? first
            : own.stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> within(mounted, line.substring(3)))
                .filter(folder -> Files.exists(folder.resolve("cgroup.subtree_control")))
                .filter(ControlGroups::passesOn)
                .toList();
    found.forEach(ControlGroups::clear);
    return found;
  }

  /** Inside of a container the group that the kernel names may be the root of what is mounted. */
  private static Path within(Path mounted, String group) {
    Path inner = mounted.resolve(group.substring(1));
    return Files.isDirectory(inner) ? inner : mounted;
  }

  /**
   * Has a group of the second generation pass its controllers on to groups below it, which it does
   * only once no process is directly in it. If others than this one are, it is left alone.
   */
  private static boolean passesOn(Path folder) {
    Function<String, Boolean> has =
        file ->
            lines(folder.resolve(file))
                .map(line -> List.of(line.split(" ", -1)))
                .anyMatch(words -> words.containsAll(List.of("memory", "pids")));
    if (has.apply("cgroup.subtree_control")) {
      return Files.isWritable(folder);
    }
    String self = String.valueOf(ProcessHandle.current().pid());
    if (!has.apply("cgroup.controllers")
        || !lines(folder.resolve("cgroup.procs")).toList().equals(List.of(self))) {
      return false;
    }
    try {
      Path worker = Files.createDirectories(folder.resolve("nightdesk-worker"));
      Files.writeString(worker.resolve("cgroup.procs"), self);
      Files.writeString(folder.resolve("cgroup.subtree_control"), "+memory +pids");
      return true;
    } catch (IOException notOurs) {
      return false;
    }
  }

  /** Takes away what workers that died have left. */
  private static void clear(Path home) {
    try (Stream<Path> all = Files.list(home)) {
      all.filter(folder -> folder.getFileName().toString().matches(PREFIX + "\\d+-\\d+"))
          .filter(folder -> {
            String pid = folder.getFileName().toString().split("-", -1)[1];
            return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
          })
          .forEach(ControlGroups::removed);
    } catch (IOException unreadable) {
      // then nothing is taken away
    }
  }
}
