package dev.nightdesk.agent.api.tools;

import java.time.Duration;

/** Ends a regular expression that would take until the end of days, as some do on some texts. */
final class Deadline {
  private final long end;

  Deadline(Duration patience) {
    end = System.nanoTime() + patience.toNanos();
  }

  /** It took too long. */
  static final class PassedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The same text, which cannot be read any more after the deadline. */
  CharSequence over(String text) {
    return new Watched(text, end);
  }

  private record Watched(String text, long end) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (System.nanoTime() - end > 0) {
        throw new PassedException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return text.substring(from, to);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
