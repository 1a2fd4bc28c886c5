package dev.nightdesk.worker;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds pieces of secrets, such as one that was cut off at the end of a text. Only pieces that look
 * like nothing else count: a word of a pass phrase is left alone.
 */
final class Fragments {
  private static final int LENGTH = 12;
  private static final int MIXED = 5;

  private final Set<String> pieces = new HashSet<>();

  Fragments(Collection<String> secrets) {
    for (String secret : secrets) {
      for (int at = 0; at + LENGTH <= secret.length(); at++) {
        String piece = secret.substring(at, at + LENGTH);
        if (isUnlikely(piece)) {
          pieces.add(piece);
        }
      }
    }
  }

  /** Letters and digits or large and small ones mixed, and nothing that separates words. */
  private static boolean isUnlikely(String piece) {
    int changes = 0;
    for (int i = 1; i < piece.length(); i++) {
      changes += kind(piece.charAt(i)) == kind(piece.charAt(i - 1)) ? 0 : 1;
    }
    return piece.matches("[A-Za-z0-9_+/=-]+")
        && (changes >= MIXED || piece.matches(".*[0-9].*[A-Za-z].*[0-9].*"));
  }

  private static int kind(char c) {
    return c >= 'a' && c <= 'z' ? 0 : c >= 'A' && c <= 'Z' ? 1 : c >= '0' && c <= '9' ? 2 : 3;
  }

  String conceal(String text, String instead) {
    if (pieces.isEmpty()) {
      return text;
    }
    StringBuilder concealed = new StringBuilder(text.length());
    int at = 0;
    while (at + LENGTH <= text.length()) {
      if (pieces.contains(text.substring(at, at + LENGTH))) {
        concealed.append(instead);
        at += LENGTH;
        while (at < text.length() && pieces.contains(text.substring(at - LENGTH + 1, at + 1))) {
          at++;
        }
      } else {
        concealed.append(text.charAt(at++));
      }
    }
    return concealed.append(text, at, text.length()).toString();
  }
}
