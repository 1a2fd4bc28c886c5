package dev.nightdesk.toolkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Starts the supervisor program, {@code supervisor.sh}, which starts the agent. */
final class Supervisor {
  private static final String SCRIPT = script();

  private Supervisor() {}

  static Process start(Launch launch, Isolation isolation, Fence fence)
      throws CannotStartException {
    Path program =
        Programs.find(launch.command().getFirst(), launch.environment().getOrDefault("PATH", ""));
    List<String> command = new ArrayList<>(leavingTheTerminal());
    command.addAll(Interrupts.HEARD);
    command.addAll(
        List.of(Programs.required("bash"), "--norc", "-p", "-c", SCRIPT, "nightdesk-supervisor"));
    String mark = isolation.level() == Isolation.Level.GROUP ? UUID.randomUUID().toString() : "";
    command.addAll(settings(launch, isolation, fence, mark));
    command.addAll(isolation.wrapper());
    switch (isolation.level()) {
      case SANDBOX -> {
        command.addAll(List.of("--json-status-fd", "5"));
        command.addAll(Sandbox.paths(launch, program));
        if (SystemCalls.filter(launch.needs().nesting()).isPresent()) {
          command.addAll(List.of("--seccomp", "7"));
        }
        command.addAll(fence.words(launch));
      }
      case NAMESPACE -> {}
      case GROUP -> command.add("NIGHTDESK_RUN=" + mark);
    }
    command.addAll(fence.starter());
    command.add(program.toString());
    command.addAll(launch.command().subList(1, launch.command().size()));
    return spawn(launch, command);
  }

  /** What the script takes as its first twelve arguments, in its order. */
  private static List<String> settings(Launch launch, Isolation isolation, Fence fence, String mark)
      throws CannotStartException {
    Optional<SystemCalls> filter =
        Optional.of(isolation.level())
            .filter(Isolation.Level.SANDBOX::equals)
            .flatMap(sandbox -> SystemCalls.filter(launch.needs().nesting()));
    return List.of(
        String.valueOf(Math.max(1, launch.containment().silence().plusMillis(999).toSeconds())),
        String.valueOf(isolation.level().depth),
        mark,
        isolation.level() == Isolation.Level.GROUP ? "-" : "1",
        Programs.required("cat"),
        launch.streams().input().toAbsolutePath().toString(),
        launch.streams().output().file().toAbsolutePath().toString(),
        kibibytes(launch.streams().output().limit()),
        launch.streams().errors().file().toAbsolutePath().toString(),
        kibibytes(launch.streams().errors().limit()),
        filter.map(SystemCalls::escaped).orElse(""),
        fence.entrances());
  }

  /** The next whole KiB above a limit, so that a full file is longer than the limit. */
  private static String kibibytes(long limit) {
    return String.valueOf(Math.min(limit, 1L << 50) / 1024 + 1);
  }

  /**
   * So that Ctrl-C in the worker's terminal does not reach the agent, which is the worker's to
   * stop.
   */
  private static List<String> leavingTheTerminal() {
    return Programs.system("setsid")
        .map(setsid -> List.of(setsid.toString()))
        .or(() ->
            Programs.system("perl")
                .map(perl ->
                    List.of(
                        perl.toString(),
                        "-e",
                        "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV; exit 127")))
        .orElse(List.of());
  }

  /** Whether an agent gets interrupts however its worker was started. */
  static boolean hearsInterrupts() {
    return Interrupts.reset().isPresent();
  }

  /**
   * A worker that a shell started in the background ignores interrupts, and no shell below it could
   * heed them again. Looked at once.
   */
  private static final class Interrupts {
    private static final long SIGINT = 1L << 1;
    static final List<String> HEARD = ignored() ? reset().orElse(List.of()) : List.of();

    private static boolean ignored() {
      try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
        return status
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .anyMatch(signals -> (signals & SIGINT) != 0);
      } catch (IOException | UncheckedIOException notLinux) {
        return false;
      }
    }

    /** The words before a command that has them heard again, where this system has such. */
    static Optional<List<String>> reset() {
      return Programs.system("env")
          .map(env -> List.of(env.toString(), "--default-signal=INT"))
          .filter(Interrupts::works);
    }

    private static boolean works(List<String> prefix) {
      List<String> command = new ArrayList<>(prefix);
      command.add("true");
      try {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  private static Process spawn(Launch launch, List<String> command) throws CannotStartException {
    if (!Files.isReadable(launch.streams().input())) {
      throw new CannotStartException("The file " + launch.streams().input() + " cannot be read.");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(launch.places().workspace().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(launch.environment());
    try {
      makeAnew(launch.streams().output().file());
      makeAnew(launch.streams().errors().file());
      return builder.start();
    } catch (IOException e) {
      throw new CannotStartException("The agent cannot be started: " + e.getMessage(), e);
    }
  }

  private static void makeAnew(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static String script() {
    try (InputStream in = Supervisor.class.getResourceAsStream("supervisor.sh")) {
      byte[] bytes = Objects.requireNonNull(in, "supervisor.sh").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
