package dev.nightdesk.worker;

import dev.nightdesk.gate.Decision;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a person reads on a task. Short, plain, the most important thing in the first line. */
final class Remarks {
  private static final int LISTED = 10;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm z 'on' d MMMM", Locale.ENGLISH);

  private Remarks() {}

  /** The key of the comment that stands for the claim. */
  static String workingKey(String runId) {
    return "run-" + runId + "-working";
  }

  /** The run whose claim such a comment stands for. */
  static Optional<String> runOfWorkingKey(String key) {
    return Optional.of(key)
        .filter(it -> it.startsWith("run-") && it.endsWith("-working"))
        .map(it -> it.substring("run-".length(), it.length() - "-working".length()));
  }

  /** The key of the comment that says that a run was lost; the task is back where it was. */
  static String lostKey(String runId) {
    return "run-" + runId + "-lost";
  }

  static String working(WorkerSpec spec, RunTicket ticket) {
    return "Working on it. Worker %s, agent %s, attempt %d of %d.\n\nRun %s"
        .formatted(
            spec.name(),
            spec.agentName(),
            ticket.attempt(),
            spec.bounds().maxAttempts(),
            ticket.runId());
  }

  /** The first line: the verdict in words. */
  static String headline(Verdict verdict) {
    return switch (verdict.status()) {
      case OK -> "Done. Please review.";
      case PARTIAL -> "Done in part. Please review.";
      case EMPTY ->
          verdict.then() instanceof Verdict.Then.Review
              ? "Nothing to do. Please review."
              : "Failed.";
      case INCOMPLETE -> "Not finished.";
      case TOO_LARGE -> "Too large a task.";
      case UNEXPECTED_INPUT -> "Not what the agent expected.";
      case TOOL_FAILED -> "A tool failed.";
      case ERROR -> "Failed.";
      case TIMEOUT, IDLE, CALL_LIMIT, COST_LIMIT, OUTPUT_LIMIT -> "Stopped at a limit.";
      case BUDGET -> "Stopped: budget used up.";
      case CANCELLED -> "Stopped.";
      case KILLED -> "Stopped.";
      case LOST -> "Interrupted.";
    };
  }

  /** The first line of the comment at a run's end. */
  static String first(Verdict verdict) {
    return verdict.reason().isEmpty()
        ? headline(verdict)
        : headline(verdict) + " " + sentence(verdict.reason());
  }

  /** What others said of themselves often lacks the last dot. */
  static String sentence(String text) {
    String line = text.strip();
    return line.isEmpty() || line.matches("(?s).*[\\p{Po}…]") ? line : line + ".";
  }

  /** Parts of a comment, those that are empty left out. */
  static String paragraphs(String... parts) {
    return Stream.of(parts).filter(part -> !part.isBlank()).collect(Collectors.joining("\n\n"));
  }

  /** Said in place of what was cut off. */
  static String whole(String runId, String host) {
    return "Cut here. The whole text: `nightdesk show " + runId + "` on " + host + ".";
  }

  static String lost(String runId) {
    return "Interrupted: the worker died or was cut off. The task goes back to the list and is"
        + " started again.\n\nRun "
        + runId;
  }

  static String late(String runId) {
    return "Too late: this worker had been cut off, and the task went on without it. Nothing"
        + " changes.\n\nRun "
        + runId;
  }

  static String gateHold(Decision.Hold hold, TaskRow row) {
    String spent =
        row.runs() == 0
            ? ""
            : "Spent so far: %s in %s.".formatted(money(row.spentUsd()), many(row.runs(), "run"));
    return paragraphs("On hold. " + hold.reason(), spent, held(hold.release(), row.key()));
  }

  /** When a run that was stopped goes on. */
  static String goesOn(Optional<Meter.Stop> why) {
    return why.filter(stop -> stop == Meter.Stop.KILL_SWITCH).isPresent()
        ? "It goes on when that is over: `nightdesk resume`, or the label %s taken away. No attempt was charged."
            .formatted(Task.STOP_LABEL)
        : "It goes on when a worker is there. No attempt was charged.";
  }

  static String again(Instant at) {
    return "No attempt was charged. It is tried again at about " + time(at) + ".";
  }

  /** The exceptions of the file system say which file, and not what is wrong with it. */
  static String problem(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + " may not be used (permissions)";
      case FileAlreadyExistsException other -> other.getFile() + " is in the way";
      case CharacterCodingException text -> "a file that should be text is not UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** What comes next, after a failed attempt. */
  static String retry(int attempt, int of, Instant at) {
    return "Attempt %d of %d. The next one starts at about %s.".formatted(attempt, of, time(at));
  }

  static String givenUp(int attempts) {
    return attempts == 1
        ? "There is no further attempt. Remove the failed mark, or reply, to have it tried again."
        : "All %d attempts are used up. Remove the failed mark, or reply, to have it tried again."
            .formatted(attempts);
  }

  static String held(String release, TaskKey key) {
    return "%s To release it, remove the held mark or run `nightdesk resume --task %s`."
        .formatted(release, key);
  }

  /** How a person gets what the agent changed. */
  static String changes(Optional<Workspaces.Changes> changes, String host) {
    return changes
        .map(found ->
            "Changes: "
                + found.file().getFileName()
                + ". To take them over, on "
                + host
                + ": `"
                + found.recipe()
                + "`")
        .orElse("");
  }

  static String left(List<Workspaces.LeftFile> files, String where) {
    if (files.isEmpty()) {
      return "";
    }
    String names =
        files.stream()
            .limit(LISTED)
            .map(file -> oneLine(file.path().toString()) + " (" + size(file.bytes()) + ")")
            .collect(Collectors.joining(", "));
    String more = files.size() > LISTED ? " and " + (files.size() - LISTED) + " more" : "";
    return "Files: " + names + more + ", in " + where;
  }

  private static String oneLine(String name) {
    return name.replaceAll("[\\p{Cntrl}\\s]+", " ");
  }

  static String many(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  static String spent(Duration took, Usage used, BigDecimal cost, String runId) {
    StringBuilder line = new StringBuilder("Took ").append(took(took));
    if (used.calls() > 0) {
      line.append(" · ").append(many(used.calls(), "call"));
    }
    long tokens = used.inputTokens() + used.outputTokens() + used.cachedTokens();
    if (tokens > 0) {
      line.append(" · ").append(String.format(Locale.ENGLISH, "%,d tokens", tokens));
    }
    if (cost.signum() > 0) {
      line.append(" · ").append(money(cost));
    }
    return line.append(" · run ").append(runId).toString();
  }

  static String money(BigDecimal amount) {
    boolean tiny = amount.signum() != 0 && amount.compareTo(new BigDecimal("0.01")) < 0;
    return "$"
        + (tiny ? amount.setScale(4, RoundingMode.UP) : amount.setScale(2, RoundingMode.HALF_UP))
            .toPlainString();
  }

  static String took(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 10_000 && millis % 1000 != 0) {
      return String.format(Locale.ENGLISH, "%.1f s", Math.max(millis, 100) / 1000.0);
    }
    long seconds = Math.round(millis / 1000.0);
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    return seconds / 3600 + " h" + (seconds % 3600 < 60 ? "" : " " + seconds % 3600 / 60 + " min");
  }

  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ENGLISH, "%.0f KB", bytes / 1024.0)
        : String.format(Locale.ENGLISH, "%.1f MB", bytes / 1048576.0);
  }

  static String time(Instant instant) {
    return CLOCK.format(instant.plusSeconds(30).atZone(ZoneId.systemDefault()));
  }
}
