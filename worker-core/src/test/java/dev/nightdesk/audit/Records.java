package dev.nightdesk.audit;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Records to append, and a place for the newest head. */
final class Records {
  static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private Records() {}

  /** In tests: what the ledger would keep. */
  static final class Kept implements HeadStore {
    private Optional<Head> head = Optional.empty();

    @Override
    public synchronized Optional<Head> get() {
      return head;
    }

    @Override
    public synchronized void put(long lines, String sha256) {
      if (head.isEmpty() || head.get().lines() < lines) {
        head = Optional.of(new Head(lines, sha256));
      }
    }
  }

  /** Run number {@code n}, a minute after the one before it, with an id like a real one. */
  static RunRecord run(int n) {
    return run(n, "Task " + n);
  }

  static String id(int n) {
    long millis = START.plusSeconds(60L * n).toEpochMilli();
    String hex = "%012x".formatted(millis);
    return hex.substring(0, 8) + "-" + hex.substring(8) + "-7000-8000-%012x".formatted(n);
  }

  static RunRecord run(int n, String title) {
    Instant start = START.plusSeconds(60L * n);
    return new RunRecord(
        id(n),
        new RunRecord.Assignment(
            "writer",
            Optional.empty(),
            "postgres",
            "t" + n,
            title,
            Optional.of("https://example.org/" + n),
            1,
            Cause.TAKEOVER),
        new RunRecord.Agent("command", Optional.empty(), Optional.of("m1")),
        new RunRecord.Course(
            start,
            start.plusMillis(1_500),
            Duration.ofMillis(1_500),
            RunStatus.OK,
            "done",
            OptionalInt.of(0),
            Optional.empty()),
        new RunRecord.Volume(OptionalLong.of(7), OptionalLong.empty(), Optional.empty()),
        new RunRecord.Consumption(
            List.of(new RunRecord.ToolCount("Edit", 3)),
            2,
            10,
            20,
            30,
            Optional.of(new BigDecimal("0.0000012")),
            Optional.of("agent")),
        new RunRecord.Place(Optional.empty(), "desk1"));
  }
}
