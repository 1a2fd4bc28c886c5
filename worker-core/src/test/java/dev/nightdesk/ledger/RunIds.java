package dev.nightdesk.ledger;

import java.util.concurrent.atomic.AtomicLong;

/** Ids that grow, as those of real runs do. */
final class RunIds {
  private static final AtomicLong LAST = new AtomicLong(System.currentTimeMillis() << 16);

  private RunIds() {}

  static String next() {
    String hex = "%016x".formatted(LAST.addAndGet(1L << 16));
    return hex.substring(0, 8)
        + "-"
        + hex.substring(8, 12)
        + "-7000-8000-00000000"
        + hex.substring(12);
  }
}
