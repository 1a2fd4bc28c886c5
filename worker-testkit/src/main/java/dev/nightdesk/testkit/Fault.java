package dev.nightdesk.testkit;

import java.nio.charset.StandardCharsets;

/**
 * What is wrong with a connection at present.
 *
 * @param number which setting of a fault this is, so that setting the same again is told apart
 * @param amount milliseconds, bytes or bytes a second, as the kind has it
 * @param text what a request must hold
 */
record Fault(long number, Kind kind, long amount, String text) {

  enum Kind {
    NONE,
    LATENCY,
    DRIP,
    TRUNCATE,
    RESET,
    BLACKHOLE,
    REFUSE,
    DROP_REPLY
  }

  boolean is(Kind other) {
    return kind == other;
  }

  /** Whether data, of any encoding, holds the text. */
  boolean foundIn(byte[] data) {
    return new String(data, StandardCharsets.ISO_8859_1)
        .contains(new String(bytes(), StandardCharsets.ISO_8859_1));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
