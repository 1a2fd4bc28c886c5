package dev.nightdesk.worker;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Run ids: UUIDv7 (RFC 9562), so that they sort by time. */
final class RunIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RunIds() {}

  static String next(Instant now) {
    long high = (now.toEpochMilli() << 16) | 0x7000L | (RANDOM.nextLong() & 0x0fffL);
    long low = (RANDOM.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
