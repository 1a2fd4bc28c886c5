package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Network;
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

  /** Wrappers that were seen to make a network of their own. */
  private static final Map<List<String>, Boolean> FENCEABLE = new ConcurrentHashMap<>();

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
  static Finding check(Containment containment) {
    try {
      Isolation isolation = of(containment.sandbox());
      if (containment.allowance().network() instanceof Network.Fenced fenced) {
        isolation.requireFence(fenced);
      }
      return switch (isolation.level()) {
        case SANDBOX ->
            Finding.good(
                "WORKER_SANDBOX",
                "the agent runs in bubblewrap" + isolation.inWords(containment.allowance()));
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

  private String inWords(Allowance allowance) {
    StringBuilder words = new StringBuilder();
    if (SystemCalls.filter(true).isEmpty()) {
      words.append("; no system calls are filtered on this processor");
    }
    if (allowance.network() instanceof Network.Fenced fenced) {
      words.append("; its network is fenced: ").append(fenced.inWords());
    }
    if (allowance.memoryBytes() > 0 || allowance.processes() > 0) {
      words.append(
          ControlGroups.available()
              ? "; a control group bounds memory and processes of the run"
              : bounds(allowance).isEmpty()
                  ? "; nothing bounds its memory and processes"
                  : "; memory is bounded for each process only, since this user can make no"
                      + " control groups");
    }
    return words.toString();
  }

  /** Says what is missing where the network cannot be fenced. */
  void requireFence(Network.Fenced network) throws CannotStartException {
    if (level != Level.SANDBOX) {
      throw new CannotStartException("WORKER_NETWORK needs the sandbox: set WORKER_SANDBOX=on.");
    }
    if (network.lets() && Programs.system("perl").isEmpty()) {
      throw new CannotStartException(
          "WORKER_NETWORK needs the program perl inside of the sandbox. Install the package perl,"
              + " or set WORKER_NETWORK=none or open.");
    }
    if (!FENCEABLE.containsKey(wrapper)) {
      List<String> words = new ArrayList<>(wrapper);
      words.add("--unshare-net");
      Optional<String> complaint = complaint(words);
      if (complaint.isPresent()) {
        throw new CannotStartException(
            "WORKER_NETWORK does not work here, since bubblewrap can make no network of its own: "
                + complaint.get()
                + ". Let it use user namespaces fully, or set WORKER_NETWORK=open.");
      }
      FENCEABLE.put(wrapper, true);
    }
  }

  /**
   * The words that bound each process by itself, for where there are no control groups: weaker,
   * since processes add up.
   */
  List<String> bounds(Allowance allowance) {
    Optional<Path> prlimit = Programs.system("prlimit");
    if (level != Level.SANDBOX
        || prlimit.isEmpty()
        || (allowance.memoryBytes() == 0 && allowance.processes() == 0)) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of(prlimit.get().toString()));
    if (allowance.memoryBytes() > 0) {
      // not --as: runtimes reserve far more addresses than they use
      words.add("--data=" + allowance.memoryBytes());
    }
    // elsewhere all processes of the user would count
    if (allowance.processes() > 0 && wrapper.contains("--unshare-user") && countsByNamespace()) {
      words.add("--nproc=" + allowance.processes());
    }
    return words;
  }

  /** Since Linux 5.14. */
  private static boolean countsByNamespace() {
    String[] version = System.getProperty("os.version", "").split("[^0-9]+", 3);
    return version.length > 1
        && Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 5014;
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
