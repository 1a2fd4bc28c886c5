package dev.nightdesk.toolkit;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Cuts text to a limit without cutting a code point in two. */
public final class TextLimit {
  private TextLimit() {}

  /**
   * Cuts a text that is too long.
   *
   * @param most how many UTF-16 units the answer may have, {@code note} included; services that
   *     count code points or letters count no more than that
   * @param note what ends a text that was cut; where it is longer than {@code most} it is left out
   */
  public static String toCharacters(String text, int most, String note) {
    if (text.length() <= most) {
      return text;
    }
    String end = note.length() <= most ? note : "";
    int cut = most - end.length();
    if (cut > 0 && Character.isHighSurrogate(text.charAt(cut - 1))) {
      cut--;
    }
    return text.substring(0, cut) + end;
  }

  /**
   * Cuts a text that is too long.
   *
   * @param most how many bytes of UTF-8 the answer may have, {@code note} included
   * @param note what ends a text that was cut; where it is longer than {@code most} it is left out
   */
  public static String toBytes(String text, int most, String note) {
    if (fits(text, most)) {
      return text;
    }
    int noteBytes = note.getBytes(StandardCharsets.UTF_8).length;
    String end = noteBytes <= most ? note : "";
    return text.substring(0, prefix(text, end.isEmpty() ? most : most - noteBytes)) + end;
  }

  private static boolean fits(String text, int most) {
    return prefix(text, most) == text.length();
  }

  /** How many UTF-16 units from the start fit into so many bytes. */
  private static int prefix(String text, int bytes) {
    CharBuffer in = CharBuffer.wrap(text);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(in, ByteBuffer.allocate(bytes), true);
    return in.position();
  }
}
