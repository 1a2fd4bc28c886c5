package dev.nightdesk.queue.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says. PostgreSQL removes it when it stops, and leaves it behind when
 * it is killed.
 */
record PidFile(Path data, List<String> lines) {
  private static final int PORT_LINE = 3;

  /** Above every process number that a system gives. */
  private static final String NOBODY = Integer.toString(Integer.MAX_VALUE - 1);

  PidFile {
    lines = List.copyOf(lines);
  }

  static Optional<PidFile> in(Path data) throws IOException {
    try {
      return Optional.of(
          new PidFile(data, Files.readAllLines(file(data), StandardCharsets.ISO_8859_1)));
    } catch (NoSuchFileException stopped) {
      return Optional.empty();
    }
  }

  private static Path file(Path data) {
    return data.resolve("postmaster.pid");
  }

  /** The server's port; empty while it is only just starting. */
  Optional<Integer> port() {
    return number(PORT_LINE).filter(port -> port > 0);
  }

  private Optional<Integer> number(int line) {
    return lines.stream()
        .skip(line)
        .findFirst()
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::valueOf);
  }

  /** The server's process, as a person would name it. */
  String pid() {
    return lines.isEmpty() ? "unknown" : lines.getFirst().strip();
  }

  /** Whether the process that it names lives, and is a server of this folder. */
  boolean running() {
    return process().filter(this::ours).isPresent();
  }

  private Optional<ProcessHandle> process() {
    return number(0).flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive);
  }

  private boolean ours(ProcessHandle process) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(process.pid()), "cwd"), data);
    } catch (IOException unknown) {
      return process.info().command().filter(name -> name.endsWith("/postgres")).isPresent();
    }
  }

  /**
   * Puts right what PostgreSQL refuses to start with after it was killed: a file cut by the crash,
   * and one whose number meanwhile belongs to another process, which it would take for itself. Of
   * that one only the number is replaced: the rest lets PostgreSQL see for itself whether an orphan
   * of the killed server still writes.
   */
  void correct() throws IOException {
    if (number(0).isEmpty()) {
      Files.delete(file(data));
    } else if (process().isPresent() && !running()) {
      List<String> corrected = new ArrayList<>(lines);
      corrected.set(0, NOBODY);
      Files.write(file(data), corrected, StandardCharsets.ISO_8859_1);
    }
  }
}
