package dev.nightdesk.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Nightdesk as a person starts it, and a plain Java program to compare it with.
 *
 * @param environment all of it; nothing is inherited
 */
record Program(List<String> words, Map<String, String> environment, Path folder) {
  Program {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** {@code ./nightdesk} of this checkout. */
  static Program checkout(Stage stage, String... arguments) {
    Path launcher = Path.of(System.getProperty("bench.checkout"), "nightdesk");
    return nightdesk(stage, launcher, arguments);
  }

  /** {@code bin/nightdesk} of a copy of the release. */
  static Program release(Stage stage, String... arguments) throws IOException {
    Path copy = stage.folder().resolve("release");
    if (!Files.exists(copy)) {
      copy(Path.of(System.getProperty("bench.release")), copy);
    }
    return nightdesk(stage, copy.resolve("bin").resolve("nightdesk"), arguments);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted(Comparator.naturalOrder()).toList()) {
        if (!path.startsWith(from.resolve("cache"))) {
          Files.copy(path, to.resolve(from.relativize(path)));
        }
      }
    }
  }

  private static Program nightdesk(Stage stage, Path launcher, String... arguments) {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(List.of(arguments));
    return new Program(words, stage.settings(), stage.folder());
  }

  /** A class of this module, started with these options. */
  static Program java(Stage stage, List<String> options, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(options);
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(arguments));
    return new Program(words, stage.settings(), stage.folder());
  }

  Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    return builder.start();
  }

  private Path output() {
    return folder.resolve("output.txt");
  }

  /** Runs it to its end; how many milliseconds that took. */
  double time() throws IOException, InterruptedException {
    long start = System.nanoTime();
    int code = start().waitFor();
    double took = (System.nanoTime() - start) / 1e6;
    if (code != 0) {
      String said = Files.readString(output(), StandardCharsets.UTF_8);
      throw new IllegalStateException(words + " ended with exit code " + code + ": " + said);
    }
    return took;
  }
}
