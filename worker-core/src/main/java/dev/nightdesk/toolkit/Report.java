package dev.nightdesk.toolkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a supervisor, and bubblewrap with it, said on its standard output, and what that means.
 *
 * @param text all of it
 */
record Report(String text) {
  private static final Pattern EXIT = Pattern.compile("(?m)^exit (\\d+)$");

  /** What says that the way to the agent was open: whatever failed then was not the start. */
  private static final Pattern WAY_OPEN = Pattern.compile("\"(?:exit-code|namespace)\": \\d+");

  private static final Pattern SANDBOX_ROOT = Pattern.compile("\"child-pid\": (\\d+)");

  /** What one of the programs between supervisor and agent says when it cannot go on. */
  private static final Pattern NOT_STARTED =
      Pattern.compile(
          "(?:nightdesk-start|\\S*env|\\S*bwrap|unshare|setpriv|\\S*prlimit): (?:(?:line )?\\d+: )?(.*)");

  private static final Pattern ESCAPE_SEQUENCE = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

  private static final int LONGEST_COMPLAINT = 300;

  /** How long the last word of a supervisor that has ended may be on its way. */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

  /** Takes what an ended supervisor has said. */
  static Report of(Process supervisor) {
    try {
      supervisor.getOutputStream().close();
    } catch (IOException alreadyClosed) {
      // nothing was left to write
    }
    // The JDK moves what is left in the pipe of an ended process into memory, in a thread of its
    // own, and meanwhile the stream looks empty. Its end is not waited for, since a process that
    // hides may hold it open.
    Report report = new Report("");
    long deadline = System.nanoTime() + ON_ITS_WAY.toNanos();
    while (!report.complete() && System.nanoTime() < deadline) {
      String more = available(supervisor.getInputStream());
      report = new Report(report.text + more);
      if (more.isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
    return report;
  }

  private boolean complete() {
    return EXIT.matcher(text).find();
  }

  private static String available(InputStream in) {
    try {
      return new String(in.readNBytes(in.available()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that took all it may hold, if there is one. */
  static Optional<Ending> overfull(Launch launch) {
    return Stream.of(launch.streams().output(), launch.streams().errors())
        .filter(capture -> capture.file().toFile().length() > capture.limit())
        .map(capture -> (Ending) new Ending.Flooded(capture.limit()))
        .findFirst();
  }

  /** The kernel empties the sandbox's PID namespace a moment after bubblewrap has ended. */
  void awaitSandboxGone() {
    Matcher root = SANDBOX_ROOT.matcher(text);
    if (root.find()) {
      ProcessHandle.of(Long.parseLong(root.group(1)))
          .ifPresent(process -> Leftovers.awaitGone(List.of(process)));
    }
  }

  /** How a program that nobody stopped has ended. */
  Ending ending(Launch launch, Isolation.Level level) throws CannotStartException {
    List<String> lines = text.lines().filter(line -> !line.startsWith("{")).toList();
    Matcher exit = EXIT.matcher(text);
    boolean ended = exit.find();
    // a watcher whose supervisor was killed feels alone, too
    if (ended && lines.contains("alone")) {
      return new Ending.Stopped();
    }
    if (!ended || lines.contains("unwatched")) {
      return new Ending.Lost("The agent's supervisor was killed, and the agent with it.");
    }
    if (lines.size() > 1) {
      return new Ending.Lost("What the agent printed could not be kept: " + lines.getFirst());
    }
    int code = Integer.parseInt(exit.group(1));
    boolean wayOpen = level == Isolation.Level.GROUP || WAY_OPEN.matcher(text).find();
    if (code == 127 || code == 126 || (code == 1 && !wayOpen)) {
      checkStarted(launch, level);
    }
    return new Ending.Exited(code);
  }

  private static void checkStarted(Launch launch, Isolation.Level level)
      throws CannotStartException {
    Matcher complaint = NOT_STARTED.matcher(firstLine(launch.streams().errors().file()));
    if (complaint.matches()) {
      throw new CannotStartException(
          launch.command().getFirst()
              + " cannot be started: "
              + complaint.group(1)
              + (level == Isolation.Level.SANDBOX
                  ? ". What it needs of places that the sandbox hides can be named in WORKER_READABLE."
                  : "."));
    }
  }

  private static String firstLine(Path file) {
    return read(file, 0).lines().findFirst().map(Report::clean).orElse("");
  }

  /** The last line of a file that is not blank, without control characters. */
  static String lastLine(Path file) {
    return read(file, Math.max(0, file.toFile().length() - 4096))
        .lines()
        .map(Report::clean)
        .filter(line -> !line.isBlank())
        .reduce("", (earlier, later) -> later);
  }

  private static String clean(String line) {
    String plain = ESCAPE_SEQUENCE.matcher(line).replaceAll("").replaceAll("\\p{Cntrl}", " ");
    return TextLimit.toCharacters(plain.strip(), LONGEST_COMPLAINT, "…");
  }

  private static String read(Path file, long from) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[4096];
      in.seek(from);
      int count = in.read(bytes);
      return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
