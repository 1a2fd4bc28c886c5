package dev.nightdesk.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program, how it is started, and what came of it. */
final class Command {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private final Path folder;
  private String input = "";

  /** What came of it. */
  record Outcome(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Starts in the folder, with nothing in its environment. */
  Command(Path folder, List<String> words) {
    this.folder = folder;
    this.words = List.copyOf(words);
  }

  Command with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Command with(Map<String, String> more) {
    environment.putAll(more);
    return this;
  }

  Command reading(String text) {
    input = text;
    return this;
  }

  /** Starts it; output goes to files in {@code folder}. */
  Started start() throws IOException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Path in = Files.writeString(Files.createTempFile(folder, "in", ""), input);
    var builder =
        new ProcessBuilder(new ArrayList<>(words))
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Started(builder.start(), out, err);
  }

  Outcome run() throws IOException, InterruptedException {
    return start().await();
  }

  /** A program that may still be running. */
  record Started(Process process, Path out, Path err) {

    Outcome await() throws IOException, InterruptedException {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError("still running after " + LONGEST + ": " + text(out) + text(err));
      }
      return new Outcome(process.exitValue(), text(out), text(err));
    }

    String outSoFar() throws IOException {
      return text(out);
    }

    private static String text(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
  }
}
