package dev.nightdesk.agent.api.tools;

import dev.nightdesk.toolkit.TextLimit;

/** Text that is no longer than it may be. */
public final class Shortened {
  private static final int OF_NOTE = 60;

  private Shortened() {}

  /**
   * The beginning and the end of a text that is too long, with a note of what is left out between
   * them: of what a program prints, the end matters most.
   *
   * @param most how many characters the answer may have, the note included
   */
  public static String middle(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int half = Math.max(0, (most - OF_NOTE) / 2);
    String first = TextLimit.toCharacters(text, half, "");
    int from = text.length() - half;
    if (half > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    int left = from - first.length();
    return first + "\n[… " + left + " characters left out …]\n" + text.substring(from);
  }
}
