package dev.nightdesk.app;

import com.google.inject.Inject;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Switches.Stop;
import dev.nightdesk.settings.DeskSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What keeps workers from starting anything, and how a person ends that. */
final class Standstill {
  private static final int MANY = 1_000;

  private final Ledger ledger;
  private final Path stopFile;

  @Inject
  Standstill(Ledger ledger, DeskSettings desk) {
    this.ledger = ledger;
    this.stopFile = desk.home().resolve("STOP");
  }

  /**
   * One sentence for a clock that is wrong, and for each stop and hold that is in force for any of
   * these workers.
   */
  List<String> of(Collection<String> workers) {
    List<String> lines = new ArrayList<>();
    ledger
        .clockOff()
        .ifPresent(off ->
            lines.add(
                "This machine's clock is %s off the ledger's, so nothing is started here. Set it right (NTP)."
                    .formatted(Text.duration(off))));
    if (Files.exists(stopFile)) {
      lines.add("Everything is stopped by the file " + stopFile + ". To go on: nightdesk resume");
    }
    for (Stop stop : ledger.switches().all()) {
      if (stop.worker().isEmpty()) {
        lines.add("Everything is stopped: " + stop.why() + ". To go on: " + stop.release());
      } else if (workers.contains(stop.worker().get())) {
        String name = stop.worker().get();
        lines.add(
            "Worker %s is stopped: %s. To go on: %s".formatted(name, stop.why(), stop.release()));
      }
    }
    for (String worker : workers) {
      ledger
          .switches()
          .workerHold(worker)
          .ifPresent(hold ->
              lines.add("Worker " + worker + " is held: " + hold.reason() + " " + hold.release()));
    }
    ledger
        .switches()
        .accountHolds()
        .forEach((account, hold) ->
            lines.add(
                "Account %s is held: %s To go on earlier: %s"
                    .formatted(account, hold.reason(), hold.release())));
    return lines.stream().map(Text::oneLine).distinct().toList();
  }

  /** How many tasks of these workers are ready and yet may not start now. */
  long waiting(Collection<String> workers) {
    return workers.stream()
        .flatMap(worker -> ledger.tasks().list(Optional.of(worker), false, MANY).stream())
        .filter(task -> task.waitReason().isPresent())
        .count();
  }
}
