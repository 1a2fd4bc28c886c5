package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailTest {
  @TempDir Path folder;

  @Test
  void readsWhatComesByAndBy() throws Exception {
    Path file = folder.resolve("x");
    try (var tail = new Tail(file)) {
      assertThat(tail.more()).isEmpty();
      Files.writeString(file, "a\n");
      assertThat(tail.more()).isEqualTo("a\n");
      assertThat(tail.more()).isEmpty();
      Files.writeString(file, "b\n", StandardOpenOption.APPEND);
      assertThat(tail.more()).isEqualTo("b\n");
    }
  }

  @Test
  void cutsNoCharacterInTwo() throws Exception {
    byte[] text = "aé日😀".getBytes(StandardCharsets.UTF_8);
    for (int cut = 1; cut < text.length; cut++) {
      Path file = Files.write(folder.resolve("f" + cut), Arrays.copyOf(text, cut));
      try (var tail = new Tail(file)) {
        String first = tail.more();
        Files.write(file, Arrays.copyOfRange(text, cut, text.length), StandardOpenOption.APPEND);
        assertThat(first + tail.more()).as("cut at %d", cut).isEqualTo("aé日😀");
      }
    }
  }

  @Test
  void showsWhatIsNoTextAtAll() throws Exception {
    Path file = Files.write(folder.resolve("x"), new byte[] {(byte) 0xff, 'a', (byte) 0xc3});
    try (var tail = new Tail(file)) {
      assertThat(tail.more() + tail.more()).isEqualTo("\ufffda\ufffd");
    }
  }
}
