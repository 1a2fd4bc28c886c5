package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextLimitTest {
  @Test
  void leavesAloneWhatFits() {
    assertThat(TextLimit.toCharacters("abc", 3, "…")).isEqualTo("abc");
    assertThat(TextLimit.toBytes("aé", 3, "…")).isEqualTo("aé");
    assertThat(TextLimit.toBytes("", 0, "…")).isEmpty();
  }

  @Test
  void makesRoomForTheNote() {
    assertThat(TextLimit.toCharacters("abcdef", 5, "[+]")).isEqualTo("ab[+]");
    assertThat(TextLimit.toBytes("ééé", 5, "…")).isEqualTo("é…");
  }

  @Test
  void leavesOutANoteThatIsLongerThanTheLimit() {
    assertThat(TextLimit.toCharacters("abcdef", 2, "cut here")).isEqualTo("ab");
    assertThat(TextLimit.toBytes("abcdef", 2, "cut here")).isEqualTo("ab");
  }

  @Test
  void neverSplitsACodePoint() {
    assertThat(TextLimit.toCharacters("a😀b", 2, "")).isEqualTo("a");
    assertThat(TextLimit.toBytes("a😀b", 4, "")).isEqualTo("a");
    assertThat(TextLimit.toBytes("😀", 4, "")).isEqualTo("😀");
  }

  @Test
  void keepsEveryLimitForAnyText() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      int[] points = random.ints(random.nextInt(20), 0, 0x2FFFF).toArray();
      String text = new String(points, 0, points.length); // unpaired surrogates too
      int most = random.nextInt(60);
      assertThat(TextLimit.toCharacters(text, most, "…")).hasSizeLessThanOrEqualTo(most);
      assertThat(TextLimit.toBytes(text, most, "…").getBytes(StandardCharsets.UTF_8))
          .hasSizeLessThanOrEqualTo(most);
    }
  }
}
