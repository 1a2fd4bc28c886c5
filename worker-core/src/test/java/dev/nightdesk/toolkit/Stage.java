package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Network;
import dev.nightdesk.toolkit.Launch.Capture;
import dev.nightdesk.toolkit.Launch.Places;
import dev.nightdesk.toolkit.Launch.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Folders to run a program in, and a look at what it left. */
final class Stage {
  static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

  final Path root;
  final Path workspace;
  final Path home;
  final Path secrets;
  final AtomicLong beats = new AtomicLong();
  Duration silence = Duration.ofSeconds(30);

  Stage(Path root) throws IOException {
    this.root = root.toRealPath();
    workspace = Files.createDirectories(this.root.resolve("nightdesk/workspaces/1"));
    home = Files.createDirectories(this.root.resolve("nightdesk/homes/1"));
    secrets = Files.createDirectories(this.root.resolve("nightdesk/runs/1"));
    Files.writeString(input(), "the prompt\n");
  }

  Path input() {
    return secrets.resolve("prompt.md");
  }

  Path output() {
    return secrets.resolve("transcript.jsonl");
  }

  Path errors() {
    return secrets.resolve("stderr.log");
  }

  /** A program under a shell, in this order: script, then $0, $1 and so on. */
  Launch shell(Isolation.Level level, String script, String... arguments) {
    return launch(
        level, Stream.concat(Stream.of("bash", "-c", script), Stream.of(arguments)).toList());
  }

  Launch launch(Isolation.Level level, List<String> command) {
    Containment containment =
        new Containment(
            level == Isolation.Level.SANDBOX,
            List.of(),
            List.of(),
            List.of(root.resolve("nightdesk")),
            Map.of(),
            silence,
            beats::get,
            Allowance.ALL);
    return new Launch(
        command,
        Map.of("PATH", PATH),
        new Places(workspace, home, List.of(), List.of()),
        new Streams(input(), new Capture(output(), 1 << 20), new Capture(errors(), 1 << 20)),
        containment,
        Launch.Needs.NONE);
  }

  /** The same launch with another network. */
  Launch on(Network network, Launch launch) {
    return within(Allowance.ALL.with(network), launch);
  }

  /** The same launch with another allowance. */
  Launch within(Allowance allowance, Launch launch) {
    return new Launch(
        launch.command(),
        launch.environment(),
        launch.places(),
        launch.streams(),
        launch.containment().with(allowance),
        launch.needs());
  }

  static Containment contained(boolean sandbox) {
    return new Containment(
        sandbox,
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Duration.ofSeconds(30),
        () -> 0,
        Allowance.ALL);
  }

  Path script(String name, String text) throws IOException {
    Path file = workspace.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /** The way of that level; where this machine has none, the test says so and does not run. */
  static Isolation isolation(Isolation.Level level) throws CannotStartException {
    if (level == Isolation.Level.GROUP) {
      return Isolation.group();
    }
    boolean sandbox = level == Isolation.Level.SANDBOX;
    Finding finding = Isolation.check(contained(sandbox));
    boolean there = finding.state() != Finding.State.WRONG;
    assumeTrue(there, "NOT RUN, NOT TESTED on this machine: " + finding.message());
    Isolation isolation = Isolation.of(sandbox);
    assumeTrue(
        isolation.level() == level, "NOT RUN, NOT TESTED on this machine: it has no " + level);
    return isolation;
  }

  /** Where this machine lacks a program, the test says so and does not run. */
  static void needs(String program) {
    assumeTrue(
        Programs.system(program).isPresent(),
        "NOT RUN, NOT TESTED on this machine: the program " + program + " is missing");
  }

  ChildProcess start(Launch launch, Isolation.Level level) throws CannotStartException {
    return ChildProcess.start(launch, isolation(level));
  }

  /** Stops supervisor and watcher, so that neither does anything any more. */
  static void freeze(ProcessHandle supervisor) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-STOP"));
    Stream.concat(supervisor.children(), Stream.of(supervisor))
        .filter(process -> process.info().commandLine().orElse("").contains("Nightdesk's"))
        .forEach(process -> command.add(String.valueOf(process.pid())));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  /** Processes that carry a token in their command line or environment. */
  static List<String> alive(String token) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        String words = read(process.resolve("cmdline"));
        if ((words + read(process.resolve("environ"))).contains(token)) {
          found.add(process.getFileName() + ": " + words.replace('\0', ' '));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
