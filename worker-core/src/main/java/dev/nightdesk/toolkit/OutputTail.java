package dev.nightdesk.toolkit;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Follows a growing file line by line. A line is handed over when its end has been written; what
 * goes beyond {@link #LONGEST_LINE} bytes is left out. Bytes that are not UTF-8 become U+FFFD. For
 * one thread; does not notice interrupts.
 */
public final class OutputTail implements AutoCloseable {
  /** The most of a line, in bytes, that is kept. */
  public static final int LONGEST_LINE = 1 << 20;

  /** The most that one call reads, so that the caller can look at other things in between. */
  private static final int AT_ONCE = 1 << 20;

  private final FileInputStream file;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[1 << 16];

  /** From the file's beginning. */
  public OutputTail(Path path) {
    try {
      file = new FileInputStream(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands over the lines that were completed; true where there is more to read at once. */
  public boolean read(Consumer<String> lines) {
    try {
      for (int total = 0; total < AT_ONCE; ) {
        int count = file.read(buffer);
        if (count <= 0) {
          return false;
        }
        split(count, lines);
        total += count;
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands over the rest, the last line even where it has no end. */
  public void finish(Consumer<String> lines) {
    while (read(lines)) {
      // until the end
    }
    if (line.size() > 0) {
      emit(lines);
    }
  }

  private void split(int count, Consumer<String> lines) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      if (buffer[i] == '\n') {
        keep(start, i);
        emit(lines);
        start = i + 1;
      }
    }
    keep(start, count);
  }

  private void keep(int from, int to) {
    line.write(buffer, from, Math.min(to - from, LONGEST_LINE - line.size()));
  }

  private void emit(Consumer<String> lines) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
