package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How this machine keeps an agent's processes together: tried once, then known.
 *
 * @param level which way
 * @param wrapper the words before the agent's own command
 */
record Isolation(Level level, List<String> wrapper) {

  /** From the strongest to the weakest. */
  enum Level {
    /** bubblewrap: a file system and a PID namespace of its own. */
    SANDBOX(2),
    /** A PID namespace of its own. */
    NAMESPACE(2),
    /** A process group, and a variable to know by what has left it. */
    GROUP(0);

    /** How many generations below the wrapper the agent's own process is. */
    final int depth;

    Level(int depth) {
      this.depth = depth;
    }
  }

  /**
   * Says that the namespace is there, and keeps the shell's own variables and its word on a killed
   * agent away from the agent.
   */
  private static final String FIRST_PROCESS =
      """
      unset _ SHLVL; exec 9>&2 2>/dev/null; echo '{ "namespace": 1 }' >&5; \
      "$@" 2>&9 9>&- 5>&-; exit $?\
      """;

  /** Sandboxed or not: the way that works. */
  private static final Map<Boolean, Isolation> KNOWN = new ConcurrentHashMap<>();

  Isolation {
    wrapper = List.copyOf(wrapper);
  }

  /** The way for a run; only what works is remembered, so that installing a package is enough. */
  static Isolation of(boolean sandboxed) throws CannotStartException {
    Isolation known = KNOWN.get(sandboxed);
    if (known == null) {
      Programs.required("bash"); // whatever the way, the supervisor is a script
      known =
          sandboxed
              ? bubblewrap(Programs.system("bwrap"))
              : namespace().orElseGet(Isolation::group);
      KNOWN.put(sandboxed, known);
    }
    return known;
  }

  /** What {@code nightdesk doctor} says of it. */
  static Finding check(boolean sandboxed) {
    try {
      return switch (of(sandboxed).level()) {
        case SANDBOX -> Finding.good("WORKER_SANDBOX", "the agent runs in bubblewrap");
        case NAMESPACE ->
            Finding.warning(
                "WORKER_SANDBOX",
                "off: the agent can read and change whatever this user can. Its processes have a"
                    + " PID namespace of their own and end with their run.");
        case GROUP ->
            Finding.warning(
                "WORKER_SANDBOX",
                "off: the agent can read and change whatever this user can, and this system has no"
                    + " PID namespaces, so a process that hides on purpose can outlive its run.");
      };
    } catch (CannotStartException e) {
      return Finding.wrong("WORKER_SANDBOX", String.valueOf(e.getMessage()));
    }
  }

  static Isolation bubblewrap(Optional<Path> program) throws CannotStartException {
    if (program.isEmpty()) {
      throw new CannotStartException(
          "The sandbox needs bubblewrap, which is not installed. Install the package bubblewrap, or"
              + " set WORKER_SANDBOX=off to let the agent run without a sandbox.");
    }
    List<String> complaints = new ArrayList<>();
    for (List<String> words : Sandbox.bases(program.get())) {
      Optional<String> complaint = complaint(words);
      if (complaint.isEmpty()) {
        return new Isolation(Level.SANDBOX, words);
      }
      complaints.add(complaint.get());
    }
    throw new CannotStartException(
        "The sandbox does not work here; bubblewrap says: "
            + complaints.getFirst()
            + ". Let bubblewrap use user namespaces (see the package bubblewrap), or set"
            + " WORKER_SANDBOX=off to let the agent run without a sandbox.");
  }

  private static Optional<Isolation> namespace() {
    Optional<Path> setpriv = Programs.system("setpriv");
    Optional<Path> unshare = Programs.system("unshare");
    Optional<Path> shell = Programs.system("sh");
    if (setpriv.isEmpty() || unshare.isEmpty() || shell.isEmpty()) {
      return Optional.empty();
    }
    for (List<String> more :
        List.of(
            List.of("--mount-proc"),
            List.of("--mount-proc", "--user", "--map-current-user"),
            List.<String>of(),
            List.of("--user", "--map-current-user"))) {
      List<String> words = new ArrayList<>();
      words.addAll(List.of(setpriv.get().toString(), "--pdeathsig", "KILL"));
      words.addAll(List.of(unshare.get().toString(), "--pid", "--fork", "--kill-child"));
      words.addAll(more);
      words.addAll(List.of(shell.get().toString(), "-c", FIRST_PROCESS, "nightdesk-start"));
      if (complaint(words).isEmpty()) {
        return Optional.of(new Isolation(Level.NAMESPACE, words));
      }
    }
    return Optional.empty();
  }

  /** The weakest way, which works everywhere. */
  static Isolation group() {
    String env = Programs.system("env").map(Path::toString).orElse("/usr/bin/env");
    return new Isolation(Level.GROUP, List.of(env, "-u", "_", "-u", "SHLVL"));
  }

  /** What is said when a program is started this way; empty where it works. */
  private static Optional<String> complaint(List<String> words) {
    List<String> command = new ArrayList<>(words);
    command.add(Programs.system("true").map(Path::toString).orElse("/bin/true"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      // join() goes on through an interrupt, which belongs to the run and not to the trial
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.exitValue() == 0 ? Optional.empty() : Optional.of(said.strip());
    } catch (CompletionException tooLong) {
      return Optional.of("no answer within 10 seconds");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
