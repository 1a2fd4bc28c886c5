package dev.nightdesk.worker;

import java.time.Duration;
import java.util.Optional;

/** How long to wait while a queue fails: longer and longer, and never in step with others. */
final class Outage {
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_ASKED_FOR = Duration.ofHours(1);

  private int failures;

  /**
   * It failed once more.
   *
   * @param asked how long the service wants to be left alone
   * @param chance from 0 to 1
   */
  Duration failed(Optional<Duration> asked, double chance) {
    Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures++, 10));
    pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    Duration ours = Duration.ofMillis((long) (pause.toMillis() * (1 + chance) / 2));
    return heeded(asked).orElse(ours);
  }

  /** What a service asks for is waited; an hour at most, and not where it is no wait at all. */
  static Optional<Duration> heeded(Optional<Duration> asked) {
    return asked
        .filter(time -> time.compareTo(SHORTEST) >= 0)
        .map(time -> time.compareTo(LONGEST_ASKED_FOR) > 0 ? LONGEST_ASKED_FOR : time);
  }

  /** A person has to repair something before it can work. */
  Duration refused() {
    failures++;
    return LONGEST;
  }

  boolean isOn() {
    return failures > 0;
  }

  void over() {
    failures = 0;
  }
}
