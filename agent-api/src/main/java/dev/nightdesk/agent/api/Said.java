package dev.nightdesk.agent.api;

import dev.nightdesk.toolkit.TextLimit;
import java.nio.charset.StandardCharsets;

/** What the model has said in a run, of which the end is kept where it is too much. */
final class Said {
  private final int limit;
  private final StringBuilder before = new StringBuilder();
  private final StringBuilder now = new StringBuilder();
  private long bytesNow;

  /**
   * @param bytes what a result may have, in UTF-8
   */
  Said(long bytes) {
    limit = (int) Math.min(bytes, Integer.MAX_VALUE / 4);
  }

  /** Begins an answer. */
  void begin() {
    if (!now.isEmpty()) {
      before.append(before.isEmpty() ? "" : "\n\n").append(now.toString().strip());
      before.delete(0, Math.max(0, before.length() - limit));
    }
    again();
  }

  /** Forgets the answer, which begins once more. */
  void again() {
    now.setLength(0);
    bytesNow = 0;
  }

  /** Adds to the answer; false where it is longer than a result may be. */
  boolean add(String text) {
    now.append(text);
    bytesNow += text.getBytes(StandardCharsets.UTF_8).length;
    return bytesNow <= limit;
  }

  /** The answer so far. */
  String now() {
    return now.toString();
  }

  /** The beginning of the answer, as much as a result may have. */
  String cut() {
    return TextLimit.toBytes(now.toString(), limit, "");
  }

  /** All that was said, or the end of it. */
  String all() {
    String all = before.isEmpty() ? now.toString() : before + "\n\n" + now;
    int from = Math.max(0, all.length() - limit);
    return TextLimit.toBytes(all.substring(from), limit, "").strip();
  }
}
