package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
  @Test
  void splitsAtBlanks() {
    assertThat(ShellWords.split("  a  b\tc\nd ")).containsExactly("a", "b", "c", "d");
    assertThat(ShellWords.split("   ")).isEmpty();
  }

  @Test
  void keepsWhatIsQuoted() {
    assertThat(ShellWords.split("a 'b  c' \"d 'e'\" f'g'\"h\""))
        .containsExactly("a", "b  c", "d 'e'", "fgh");
    assertThat(ShellWords.split("'' \"\"")).containsExactly("", "");
  }

  @Test
  void understandsBackslashesAsAShellDoes() {
    assertThat(ShellWords.split("a\\ b 'c\\d' \"e\\\"f\\\\g\\h\""))
        .containsExactly("a b", "c\\d", "e\"f\\g\\h");
  }

  @Test
  void runsNothing() {
    assertThat(ShellWords.split("$(id) `id` $HOME * ~ ; | > x"))
        .containsExactly("$(id)", "`id`", "$HOME", "*", "~", ";", "|", ">", "x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 'b", "a \"b", "a 'b\"", "\"a\\\""})
  void saysThatAQuoteIsNotClosed(String line) {
    assertThatThrownBy(() -> ShellWords.split(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a closing quote");
  }

  @Test
  void saysThatABackslashEndsTheLine() {
    assertThatThrownBy(() -> ShellWords.split("a \\"))
        .hasMessage("expected a character after the backslash at the end");
  }

  /** Against a real shell, for random words of letters, blanks, quotes and backslashes. */
  @Test
  void agreesWithAShell() throws IOException, InterruptedException {
    Random random = new Random(11);
    StringBuilder script = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int round = 0; round < 3000; round++) {
      StringBuilder line = new StringBuilder();
      random.ints(12, 0, 7).forEach(i -> line.append("ab '\"\\\t".charAt(i)));
      List<String> words;
      try {
        words = ShellWords.split(line.toString());
      } catch (IllegalArgumentException notClosed) {
        continue;
      }
      script.append("printf '<%s>' ").append(line).append("; echo\n");
      words.forEach(word -> expected.append('<').append(word).append('>'));
      expected.append(words.isEmpty() ? "<>\n" : "\n");
    }
    Process shell = new ProcessBuilder("sh", "-s").start();
    shell.getOutputStream().write(script.toString().getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(expected.toString());
    assertThat(shell.waitFor()).isZero();
  }
}
