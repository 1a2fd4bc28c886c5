package dev.nightdesk.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MarkerTest {
  private static final String KEY = "0199c0de-1234:result_1.x";

  @ParameterizedTest
  @EnumSource
  void findsTheKeyThatItWrote(Marker marker) {
    String signed = marker.sign("the result", KEY, 1000, "cut");
    assertThat(signed).startsWith("the result\n\n");
    assertThat(marker.keyIn(signed)).contains(KEY);
    assertThat(marker.keyIn(signed + "\n ")).contains(KEY);
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheKeyOfATextThatIsCut(Marker marker) {
    String signed = marker.sign("x".repeat(5000), KEY, 1000, "The whole is elsewhere.");
    assertThat(signed).hasSize(1000).contains("The whole is elsewhere.");
    assertThat(marker.keyIn(signed)).contains(KEY);
  }

  @ParameterizedTest
  @EnumSource
  void findsNoneElsewhereThanInTheLastLine(Marker marker) {
    String signed = marker.sign("the result", KEY, 1000, "cut");
    assertThat(marker.keyIn(signed + "\nI agree")).isEmpty();
    assertThat(marker.keyIn("see " + signed.substring(signed.indexOf("\n\n") + 2))).isEmpty();
    assertThat(marker.keyIn("")).isEmpty();
  }
}
