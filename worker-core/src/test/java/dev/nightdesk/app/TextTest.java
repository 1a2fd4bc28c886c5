package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"\u001b[2J", "\u009b2J", "\u202egnp.exe", "\u2028", "\u0000", "\u200b", "\u0007"})
  void letsNothingThroughThatATerminalActsOn(String text) {
    assertThat(Text.oneLine("a" + text + "b"))
        .startsWith("a\ufffd")
        .doesNotContain(text.substring(0, 1));
  }

  @Test
  void keepsLineEndsOnlyWhereAsked() {
    assertThat(Text.oneLine("a\r\nb\tc")).isEqualTo("a  b c");
    assertThat(Text.lines("a\r\nb\tc")).isEqualTo("a\nb\tc");
  }

  @Test
  void keepsEmojiAndForeignScripts() {
    assertThat(Text.oneLine("👩‍🚀 日本 ä")).isEqualTo("👩‍🚀 日本 ä");
  }

  @ParameterizedTest
  @CsvSource({"abcdef,6,abcdef", "abcdefg,6,abcde…", "日本語,6,日本語", "日本語文,6,日本…", "😀😀😀,4,😀…"})
  void cutsByColumns(String text, int columns, String cut) {
    assertThat(Text.cut(text, columns)).isEqualTo(cut);
  }

  @ParameterizedTest
  @CsvSource({"0,0s", "59,59s", "60,1m 0s", "3599,59m 59s", "3600,1h 0m", "90061,1d 1h", "-5,0s"})
  void writesDurationsWithTwoParts(long seconds, String text) {
    assertThat(Text.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,$0.00", "5,$5.00", "0.126,$0.13", "0.0012,$0.0012", "1234.5,$1234.50"})
  void writesDollars(BigDecimal amount, String text) {
    assertThat(Text.dollars(amount)).isEqualTo(text);
  }
}
