package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One short start of Codex without a task, contained as a run is.
 *
 * @param worked whether it ended well
 * @param said its first line, or what it complained of
 */
record Trial(boolean worked, String said) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static Trial of(
      CodexProgram program, CodexHome home, Containment containment, List<String> arguments)
      throws CannotStartException, IOException, InterruptedException {
    home.prepare();
    Path folder = Files.createTempDirectory(home.own(), "trial-");
    try (ChildProcess child =
        ChildProcess.start(launch(program, home, containment, folder, arguments))) {
      List<String> lines = new ArrayList<>();
      Optional<Ending> ending = child.awaitExit(PATIENCE, lines::add);
      if (ending.isPresent() && ending.get() instanceof Ending.Stopped) {
        throw new InterruptedException();
      }
      boolean worked = ending.isPresent() && ending.get().equals(new Ending.Exited(0));
      return new Trial(worked, worked ? String.join(" ", lines) : complaint(child, ending));
    } finally {
      delete(folder);
    }
  }

  private static String complaint(ChildProcess child, Optional<Ending> ending) {
    if (ending.isEmpty()) {
      return "it did not end within " + PATIENCE.toSeconds() + " seconds";
    }
    String line = child.lastErrorLine();
    return line.isEmpty() ? "it ended with an error and said nothing" : line;
  }

  private static Launch launch(
      CodexProgram program,
      CodexHome home,
      Containment containment,
      Path folder,
      List<String> arguments) {
    Map<String, String> environment = new HashMap<>(containment.environment());
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.toString());
    environment.put("CODEX_HOME", home.own().toString());
    List<String> command = new ArrayList<>(List.of(program.file().toString()));
    command.addAll(arguments);
    Launch launch =
        new Launch(
            command,
            environment,
            new Launch.Places(folder, folder, containment.readable(), containment.writable()),
            Launch.Streams.into(folder.resolve("out"), folder.resolve("err"), 1 << 16),
            containment,
            Launch.Needs.NONE);
    return program.visibleIn(launch).withWritable(home.own()).withNesting();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
