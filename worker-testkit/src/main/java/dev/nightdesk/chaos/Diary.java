package dev.nightdesk.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** When what was done to whom. */
final class Diary {
  private record Line(Instant at, String text) {}

  private final List<Line> lines = new ArrayList<>();
  private final Map<String, Instant> struck = new HashMap<>();

  /** A run whose worker was struck, and which somebody else took over. */
  record Takeover(String runId, String task, Instant struck, Instant ended) {
    Duration took() {
      return Duration.between(struck, ended);
    }

    /** Whether a line of a log is of that time; it begins with its own. */
    private boolean wasOnAt(String line) {
      String time = line.replaceFirst("time=(\\S+) .*", "$1");
      return time.compareTo(struck.toString()) > 0 && time.compareTo(ended.toString()) < 0;
    }
  }

  void notes(String text) {
    lines.add(new Line(Instant.now(), text));
  }

  /** That the worker of these runs is struck now. */
  void strikes(List<String> runs) {
    Instant now = Instant.now();
    runs.forEach(run -> struck.put(run, now));
  }

  /** When the worker of a run was struck last. */
  Optional<Instant> struck(String runId) {
    return Optional.ofNullable(struck.get(runId));
  }

  /** What was done to anybody meanwhile, and what the machines said of the task, and of errors. */
  List<String> during(Takeover takeover, List<Machine> machines) throws IOException {
    List<String> told = new ArrayList<>();
    told.add(
        "late: %s of task %s, struck at %s, taken over at %s"
            .formatted(takeover.runId(), takeover.task(), takeover.struck(), takeover.ended()));
    for (Line line : lines) {
      if (!line.at().isBefore(takeover.struck().minusSeconds(1))
          && !line.at().isAfter(takeover.ended())) {
        told.add("  " + line.at() + " " + line.text());
      }
    }
    for (Machine machine : machines) {
      Path output = machine.home().resolve("output.txt");
      for (String line : Files.readAllLines(output)) {
        boolean ofIt =
            line.contains(takeover.runId()) || line.contains("task_id=" + takeover.task() + " ");
        if (ofIt || (line.contains("level=error") && takeover.wasOnAt(line))) {
          told.add("  " + machine + " said: " + line);
        }
      }
    }
    return told;
  }
}
