package dev.nightdesk.toolkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an agent sees in bubblewrap: the system read-only, a {@code /proc}, {@code /dev} and {@code
 * /tmp} of its own, no homes, no service's sockets, nothing of what the worker hides; its workspace
 * and home writable. What it may use of the network is {@link Fence}'s.
 *
 * <p>The deeper path wins: {@code /home} hidden, {@code /home/me/docs} readable, {@code
 * /home/me/docs/.env} hidden. No session of its own is asked for, since the supervisor has already
 * left the terminal's.
 */
final class Sandbox {
  private enum Rule {
    SCRATCH,
    HIDDEN,
    READABLE,
    WRITABLE
  }

  /** Hidden on every machine. Sockets in {@code /run} lead to daemons that act for the user. */
  private static final List<String> ALWAYS_HIDDEN = List.of("/home", "/root", "/run");

  /** Parts of {@code /run} that names and programs are found by. */
  private static final List<String> ALWAYS_READABLE =
      List.of(
          "/run/systemd/resolve",
          "/run/resolvconf",
          "/run/NetworkManager/resolv.conf",
          "/run/current-system");

  /**
   * What root may write without any capability, and would reach the machine outside; bubblewrap
   * itself covers it only where it seems writable, which the folders do not.
   */
  private static final List<String> PROC_READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /** Shallow paths first, as bubblewrap has to mount them. */
  private final Map<Path, Rule> rules =
      new TreeMap<>(
          Comparator.comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()));

  private Sandbox() {}

  /** Ways to call bubblewrap, the better one first; each is complete but for paths and command. */
  static List<List<String>> bases(Path bubblewrap) {
    // in a user namespace of its own even root has no powers over the machine
    List<String> better = new ArrayList<>(List.of(bubblewrap.toString(), "--unshare-user"));
    if (isRoot()) {
      // the kernel lets nobody map root onwards who has no powers, so no agent's own sandbox worked
      better.addAll(List.of("--uid", "1000", "--gid", "1000"));
    }
    List<String> lesser = List.of(bubblewrap.toString());
    String common =
        "--unshare-pid --unshare-ipc --die-with-parent --cap-drop ALL --unsetenv _ --unsetenv SHLVL"
            + " --ro-bind / / --dev /dev --proc /proc";
    List<String> kernel =
        PROC_READ_ONLY.stream().flatMap(place -> Stream.of("--ro-bind-try", place, place)).toList();
    return Stream.of(better, lesser)
        .map(words ->
            Stream.of(words, List.of(common.split(" ", -1)), kernel).flatMap(List::stream).toList())
        .toList();
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException notLinux) {
      return false;
    }
  }

  /** The words that come after a base: what this launch shows, hides and lends. */
  static List<String> paths(Launch launch, Path program) {
    Sandbox sandbox = new Sandbox();
    sandbox.add(Rule.SCRATCH, List.of(Path.of("/tmp")));
    sandbox.add(Rule.HIDDEN, ALWAYS_HIDDEN.stream().map(Path::of).toList());
    sandbox.add(Rule.READABLE, ALWAYS_READABLE.stream().map(Path::of).toList());
    sandbox.add(Rule.READABLE, launch.places().readable());
    sandbox.add(Rule.WRITABLE, launch.places().writable());
    sandbox.add(Rule.HIDDEN, launch.containment().hidden());
    sandbox.add(Rule.WRITABLE, List.of(launch.places().workspace(), launch.places().home()));
    sandbox.show(program);
    List<String> words = sandbox.words();
    words.addAll(List.of("--setenv", "TMPDIR", "/tmp"));
    words.addAll(List.of("--chdir", real(launch.places().workspace()).toString()));
    return words;
  }

  private void add(Rule rule, List<Path> paths) {
    paths.stream().filter(Files::exists).forEach(path -> rules.put(real(path), rule));
  }

  /** Makes a program visible that lies in a hidden place, along every link that leads to it. */
  private void show(Path program) {
    Path next = program;
    for (int hops = 0; hops < 20; hops++) {
      showFolderOf(next);
      if (!Files.isSymbolicLink(next)) {
        break;
      }
      try {
        next = next.resolveSibling(Files.readSymbolicLink(next)).normalize();
      } catch (IOException e) {
        break; // what the program really is follows anyway
      }
    }
    showFolderOf(real(program));
  }

  private void showFolderOf(Path program) {
    Path folder = program.getParent();
    if (folder == null || isVisible(program)) {
      return;
    }
    // a whole home is never shown because a program lies directly in it
    boolean tooMuch =
        folder.getNameCount() < 3
            || rules.entrySet().stream()
                .anyMatch(e -> e.getValue() == Rule.HIDDEN && e.getKey().startsWith(folder));
    rules.put(tooMuch ? program : folder, Rule.READABLE);
  }

  private boolean isVisible(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      Rule rule = rules.get(at);
      if (rule != null) {
        return rule == Rule.READABLE || rule == Rule.WRITABLE;
      }
    }
    return true;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    List<String> afterwards = new ArrayList<>();
    for (Map.Entry<Path, Rule> entry : rules.entrySet()) {
      String name = entry.getKey().toString();
      switch (entry.getValue()) {
        case SCRATCH -> words.addAll(List.of("--tmpfs", name));
        case READABLE -> words.addAll(List.of("--ro-bind", name, name));
        case WRITABLE -> words.addAll(List.of("--bind", name, name));
        case HIDDEN -> {
          if (Files.isDirectory(entry.getKey())) {
            words.addAll(List.of("--tmpfs", name));
            afterwards.addAll(List.of("--remount-ro", name));
          } else {
            words.addAll(List.of("--ro-bind", "/dev/null", name));
          }
        }
      }
    }
    words.addAll(afterwards);
    return words;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException missing) {
      return path.toAbsolutePath().normalize();
    }
  }
}
