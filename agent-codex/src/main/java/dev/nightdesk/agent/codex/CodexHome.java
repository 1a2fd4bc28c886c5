package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that Codex keeps its configuration, login and sessions in.
 *
 * @param folder the one that runs use
 * @param own the worker's own, for {@code folder} where it is Nightdesk's, and for trials
 */
record CodexHome(Path folder, Path own) {

  static CodexHome of(Optional<Path> named, boolean needsNoLogin, Desk desk) {
    Path own = desk.home().resolve("codex").resolve(desk.worker());
    Path person = Path.of(System.getProperty("user.home", "."), ".codex");
    return new CodexHome(named.map(Path::toAbsolutePath).orElse(needsNoLogin ? own : person), own);
  }

  /** Whether the person uses it as well. */
  boolean persons() {
    return !folder.equals(own);
  }

  boolean hasLogin() {
    return Files.isRegularFile(folder.resolve("auth.json"));
  }

  /** Makes the worker's own folder where it is missing. */
  void prepare() throws IOException {
    Files.createDirectories(
        own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The file that Codex keeps a session in and writes while it works. */
  Optional<Path> session(String id) throws IOException {
    Path sessions = folder.resolve("sessions");
    if (!Files.isDirectory(sessions)) {
      return Optional.empty();
    }
    String end = "-" + id + ".jsonl";
    try (Stream<Path> files =
        Files.find(
            sessions,
            4,
            // commands that ran without a sandbox may have put anything in its place
            (file, facts) -> facts.isRegularFile() && file.toString().endsWith(end))) {
      return files.max(Comparator.naturalOrder());
    }
  }
}
