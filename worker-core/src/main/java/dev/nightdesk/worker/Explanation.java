package dev.nightdesk.worker;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Switches;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a task is running or is not, and what a person can do next. */
public final class Explanation {
  private final Ledger ledger;
  private final Path home;
  private final TaskKey key;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  private Explanation(Ledger ledger, Path home, TaskKey key, Instant now) {
    this.ledger = ledger;
    this.home = home;
    this.key = key;
    this.now = now;
  }

  /** Whole sentences, the most important first; from the ledger alone. */
  public static List<String> of(Ledger ledger, Path home, TaskKey key) {
    Explanation explanation = new Explanation(ledger, home, key, ledger.clock().instant());
    explanation.explain();
    return List.copyOf(explanation.lines);
  }

  private void explain() {
    Optional<TaskRow> row = ledger.tasks().find(key);
    if (row.isEmpty()) {
      lines.add(
          "Nightdesk has not seen it: no poll of worker "
              + key.worker()
              + " has found it ready yet.");
      lines.add(
          "Check that it is in the worker's queue and ready there, and that `nightdesk watch`"
              + " runs.");
      return;
    }
    switch (row.get().state()) {
      case READY -> ready(row.get());
      case RUNNING -> running(row.get());
      case REVIEW -> {
        lines.add("It was done and waits for your review.");
        lines.add("Reply on it to go on, or close it.");
      }
      case FAILED -> {
        lines.add("It failed, and all its attempts are used up.");
        lines.add(
            "Remove the failed mark, reply on it, or run `nightdesk resume --task " + key + "`.");
      }
      case HELD -> {
        lines.add(
            "It is on hold: "
                + row.get().holdReason().map(Explanation::ended).orElse("no reason is known."));
        row.get().holdRelease().ifPresent(lines::add);
        lines.add("To release it, run `nightdesk resume --task " + key + "`.");
      }
      case AWAY -> {
        lines.add(
            "It is not this worker's any more: "
                + row.get().waitReason().map(Explanation::ended).orElse("it was closed or moved."));
        lines.add("Make it ready in the queue to have it done.");
      }
    }
    past(row.get());
  }

  private void ready(TaskRow row) {
    Optional<String> worker = ledger.switches().workerHold(key.worker()).map(Runs.Hold::reason);
    Optional<Duration> off = ledger.clockOff();
    Optional<Switches.Stop> stop = ledger.switches().stopped(key.worker());
    if (Files.exists(home.resolve("STOP"))) {
      lines.add("It is ready, but everything is stopped by the file " + home.resolve("STOP") + ".");
      lines.add("To go on, run `nightdesk resume`.");
    } else if (stop.isPresent()) {
      lines.add("It is ready, but stopped: " + ended(stop.get().why()));
      lines.add("To go on: " + ended(stop.get().release()));
    } else if (worker.isPresent()) {
      lines.add("It is ready, but its worker is held: " + ended(worker.get()));
      lines.add("When that is repaired, run `nightdesk resume --worker " + key.worker() + "`.");
    } else if (off.isPresent()) {
      lines.add(
          "It is ready, but this machine's clock is %s off the ledger's."
              .formatted(Remarks.took(off.get())));
      lines.add("Set it right (NTP); until then it is started on other machines only.");
    } else if (row.waitReason().isPresent() && row.notBefore().map(now::isBefore).orElse(true)) {
      lines.add("It waits: " + ended(row.waitReason().get()));
      row.notBefore()
          .ifPresent(at -> lines.add("It is looked at again at about " + Remarks.time(at) + "."));
    } else {
      lines.add("It is ready and starts as soon as worker " + key.worker() + " has room.");
      lines.add("If nothing happens, check that `nightdesk watch` runs.");
    }
  }

  private void running(TaskRow row) {
    Optional<RunRow> run = row.lastRun().flatMap(ledger.runs()::find);
    lines.add(
        run.map(it ->
                "It has been worked on for %s, on %s (attempt %d)."
                    .formatted(
                        Remarks.took(Duration.between(it.startedAt(), now)),
                        it.host(),
                        it.attempt()))
            .orElse("It is being worked on."));
    row.lastRun()
        .ifPresent(
            id -> lines.add("To see what happens, run `nightdesk logs " + id + " --follow`."));
  }

  private void past(TaskRow row) {
    if (row.runs() > 0 && row.state() != TaskState.RUNNING) {
      row.lastRun()
          .flatMap(ledger.runs()::find)
          .ifPresent(run ->
              lines.add(
                  "Last run: %s.%s See `nightdesk show %s`."
                      .formatted(
                          run.status().map(Enum::name).orElse("not ended"),
                          run.reason()
                              .filter(why -> !why.isBlank())
                              .map(why -> " " + ended(why))
                              .orElse(""),
                          run.runId())));
      lines.add(
          "Spent: %s in %s."
              .formatted(Remarks.money(row.spentUsd()), Remarks.many(row.runs(), "run")));
    }
  }

  /** Reasons come from people, queues and agents, with a full stop or without. */
  private static String ended(String reason) {
    String text = reason.strip();
    return text.matches("(?s).*[.!?]") ? text : text + ".";
  }
}
