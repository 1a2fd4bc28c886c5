package dev.nightdesk.agent.codex;

import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Codex's program. What npm puts on the {@code PATH} is a script for Node.js that starts the native
 * program; a signal that ends the script may leave the program at work.
 *
 * @param file the native program where it was found, else what the user named
 * @param wrapper whether it is the script
 */
record CodexProgram(Path file, boolean wrapper) {

  static CodexProgram find(String command, String path) throws CannotStartException {
    Path named = Programs.find(command, path);
    try {
      Path real = named.toRealPath();
      if (!real.endsWith("codex.js")) {
        return new CodexProgram(named, false);
      }
      return nativeBeside(real)
          .map(program -> new CodexProgram(program, false))
          .orElseGet(() -> new CodexProgram(named, true));
    } catch (IOException e) {
      throw new CannotStartException("The program " + named + " cannot be read: " + e, e);
    }
  }

  /** npm puts the platform's package into the script's, or beside it; older ones had it inside. */
  private static Optional<Path> nativeBeside(Path script) {
    Path folder = Objects.requireNonNull(Objects.requireNonNull(script.getParent()).getParent());
    boolean arm = System.getProperty("os.arch", "").equals("aarch64");
    boolean mac = System.getProperty("os.name", "").startsWith("Mac");
    String platform = "codex-" + (mac ? "darwin" : "linux") + (arm ? "-arm64" : "-x64");
    String target = (arm ? "aarch64" : "x86_64") + (mac ? "-apple-darwin" : "-unknown-linux-musl");
    return Stream.of(
            folder.resolve("node_modules/@openai").resolve(platform),
            folder.resolveSibling(platform),
            folder)
        .map(place -> place.resolve("vendor").resolve(target))
        .flatMap(place -> Stream.of(place.resolve("bin/codex"), place.resolve("codex/codex")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The same launch, with what lies beside the program and it needs: its search tool, its bwrap.
   */
  Launch visibleIn(Launch launch) {
    Path folder = file.getParent();
    Path around = folder == null ? null : folder.getParent();
    return around != null && Files.isDirectory(around.resolve("codex-resources"))
        ? launch.withReadable(around)
        : launch;
  }
}
