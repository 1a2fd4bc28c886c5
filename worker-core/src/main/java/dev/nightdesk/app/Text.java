package dev.nightdesk.app;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** How values are written for people. */
final class Text {
  /** Ranges of characters that take two columns: East Asian scripts and pictures. */
  private static final int[] WIDE = {
    0x1100, 0x115f, 0x2e80, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff,
    0xfe30, 0xfe6f, 0xff00, 0xff60, 0x1f300, 0x1faff, 0x20000, 0x3fffd
  };

  private Text() {}

  /** On one line, with nothing in it that a terminal would act on. */
  static String oneLine(String text) {
    return clean(text, false);
  }

  /** The same, but line ends and tabs stay. */
  static String lines(String text) {
    return clean(text, true);
  }

  private static String clean(String text, boolean keepLines) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (keepLines && (c == '\n' || c == '\t')) {
            clean.appendCodePoint(c);
          } else if (c == '\n' || c == '\t' || c == '\r') {
            clean.append(keepLines && c == '\r' ? "" : " ");
          } else if (isUnseen(c)) {
            clean.append('\ufffd');
          } else {
            clean.appendCodePoint(c);
          }
        });
    return clean.toString();
  }

  /** Control characters, and those that turn the direction of writing or show nothing. */
  private static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> c != 0x200d;
      default -> false;
    };
  }

  /** Cut to so many columns, wide characters counting two. */
  static String cut(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    var cut = new StringBuilder();
    int used = 1;
    for (int c : text.codePoints().toArray()) {
      used += columns(c);
      if (used > columns) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return cut.append('…').toString();
  }

  static int columns(String text) {
    return text.codePoints().map(Text::columns).sum();
  }

  private static int columns(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || c == 0x200d) {
      return 0;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (c >= WIDE[i] && c <= WIDE[i + 1]) {
        return 2;
      }
    }
    return 1;
  }

  /** {@code 4s}, {@code 12m 3s}, {@code 2h 5m}, {@code 3d 4h}. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    return seconds < 86_400
        ? seconds / 3600 + "h " + seconds / 60 % 60 + "m"
        : seconds / 86_400 + "d " + seconds / 3600 % 24 + "h";
  }

  /** {@code $0.12}; more places where it is less than a cent. */
  static String dollars(BigDecimal amount) {
    boolean small = amount.signum() != 0 && amount.abs().compareTo(new BigDecimal("0.01")) < 0;
    return "$" + amount.setScale(small ? 4 : 2, RoundingMode.HALF_UP).toPlainString();
  }
}
