package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTailTest {
  @TempDir Path folder;
  final List<String> lines = new ArrayList<>();

  Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("out"), text);
  }

  @Test
  void handsOverALineOnlyWhenItIsWhole() throws IOException {
    Path file = file("one\ntw");
    try (OutputTail tail = new OutputTail(file)) {
      tail.read(lines::add);
      assertThat(lines).containsExactly("one");
      Files.writeString(file, "o\r\n\nthree", StandardOpenOption.APPEND);
      tail.read(lines::add);
      assertThat(lines).containsExactly("one", "two", "");
      tail.finish(lines::add);
      assertThat(lines).containsExactly("one", "two", "", "three");
    }
  }

  @Test
  void doesNotSplitALetterAtTheEdgeOfItsBuffer() throws IOException {
    String line = "x".repeat((1 << 16) - 1) + "é€😀";
    try (OutputTail tail = new OutputTail(file(line + "\n"))) {
      tail.finish(lines::add);
    }
    assertThat(lines).containsExactly(line);
  }

  @Test
  void keepsOnlyTheBeginningOfALineThatDoesNotEnd() throws IOException {
    Path path = folder.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write('b');
      file.seek(300_000_000L);
      file.write("\nnext".getBytes(StandardCharsets.UTF_8));
    }
    try (OutputTail tail = new OutputTail(path)) {
      tail.finish(lines::add);
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().length()).isEqualTo(OutputTail.LONGEST_LINE);
    assertThat(lines.getLast()).isEqualTo("next");
  }
}
