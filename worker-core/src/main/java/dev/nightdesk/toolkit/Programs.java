package dev.nightdesk.toolkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Finds programs, and says before a start why one cannot be started. Safe for any thread. */
public final class Programs {
  /** Where the system's own programs are, whatever a {@code PATH} says. */
  private static final String SYSTEM =
      "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin";

  private Programs() {}

  /**
   * Finds a program as a shell would, and checks that it can be started.
   *
   * @param program a name to look for on {@code path}, or a path, which may be relative to the
   *     working directory of this process
   * @param path folders separated by colons; where it is empty the system's
   * @return its absolute path, symbolic links as they are
   * @throws CannotStartException where it is missing, a folder, not executable, or a script whose
   *     interpreter is missing
   */
  public static Path find(String program, String path) throws CannotStartException {
    Path found;
    try {
      found = program.contains("/") ? Path.of(program).toAbsolutePath().normalize() : null;
    } catch (InvalidPathException notAPath) {
      throw new CannotStartException(program + " is not the name of a program.", notAPath);
    }
    if (found == null) {
      String folders = path.isEmpty() ? SYSTEM : path;
      found =
          search(program, folders)
              .orElseThrow(() ->
                  new CannotStartException(
                      "There is no program '" + program + "' on the PATH " + folders + "."));
    }
    check(found);
    return found;
  }

  /** One of the system's own programs; empty where it is not installed. */
  static Optional<Path> system(String name) {
    return search(name, SYSTEM);
  }

  /** One of the system's own programs that there is no doing without. */
  static String required(String name) throws CannotStartException {
    return system(name)
        .map(Path::toString)
        .orElseThrow(() ->
            new CannotStartException(
                "Nightdesk needs the program " + name + " to start an agent. Install it."));
  }

  private static Optional<Path> search(String name, String folders) {
    return Arrays.stream(folders.split(":"))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static void check(Path program) throws CannotStartException {
    if (!Files.exists(program)) {
      throw new CannotStartException("The program " + program + " does not exist.");
    }
    if (Files.isDirectory(program)) {
      throw new CannotStartException(program + " is a folder, not a program.");
    }
    if (!Files.isExecutable(program)) {
      throw new CannotStartException(
          program + " is not executable. Make it so with: chmod +x " + program);
    }
    Optional<String> interpreter = interpreter(program);
    if (interpreter.isPresent() && !Files.isExecutable(Path.of(interpreter.get().strip()))) {
      throw new CannotStartException(
          "%s is a script for %s, which does not exist. Correct its first line."
              .formatted(program, interpreter.get().strip()));
    }
    if (interpreter.isPresent() && interpreter.get().endsWith("\r")) {
      throw new CannotStartException(
          "The first line of the script "
              + program
              + " ends as on Windows (CR LF). Save it with Unix line ends.");
    }
  }

  /** What the first line of a script names after {@code #!}. */
  private static Optional<String> interpreter(Path program) {
    try (InputStream in = Files.newInputStream(program)) {
      String start = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
      if (!start.startsWith("#!")) {
        return Optional.empty();
      }
      String line = start.substring(2).split("\n", 2)[0].stripLeading();
      return Optional.of(line.split("[ \t]", 2)[0]).filter(word -> word.startsWith("/"));
    } catch (IOException notReadable) {
      return Optional.empty(); // a program that may be run but not read
    }
  }
}
