package dev.nightdesk.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came of it.
 *
 * @param seed with which it can be played again
 * @param deeds what was done to the workers, and how often
 * @param figures what happened to the tasks, for people
 * @param faults what must not be: empty is good
 * @param slowest how long the task of a killed or frozen worker waited for another at the most;
 *     empty where none had to
 * @param late what happened while the task of one waited for much longer than it should
 */
public record Findings(
    long seed,
    Map<String, Integer> deeds,
    Map<String, Integer> figures,
    List<String> faults,
    Optional<Duration> slowest,
    List<String> late) {

  public Findings {
    deeds = new TreeMap<>(deeds);
    figures = new TreeMap<>(figures);
    faults = List.copyOf(faults);
    late = List.copyOf(late);
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + seed);
    deeds.forEach((deed, times) -> lines.add(deed + ": " + times));
    figures.forEach((what, figure) -> lines.add(what + ": " + figure));
    slowest.ifPresent(time -> lines.add("slowest takeover: " + time.toMillis() + " ms"));
    lines.addAll(late);
    lines.add(faults.isEmpty() ? "no faults" : "FAULTS: " + faults);
    return String.join("\n", lines);
  }
}
