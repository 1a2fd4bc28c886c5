package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.app.Retention.Ages;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.settings.DeskSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prune",
    description =
        "Remove the files of old runs and what the ledger needs no more; never the audit log, never"
            + " what still runs.")
final class PruneCommand implements Callable<Integer> {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      defaultValue = "90d",
      converter = WorkCommands.Time.class,
      description = "How old everything must be that is not named below (${DEFAULT-VALUE}).")
  private Duration age = Duration.ZERO;

  @Option(
      names = "--runs",
      paramLabel = "TIME",
      converter = WorkCommands.Time.class,
      description = "Prompts, transcripts and results of runs.")
  private Optional<Duration> runs = Optional.empty();

  @Option(
      names = "--workspaces",
      paramLabel = "TIME",
      converter = WorkCommands.Time.class,
      description = "Workspaces of runs, with what was left in them.")
  private Optional<Duration> workspaces = Optional.empty();

  @Option(
      names = "--ledger",
      paramLabel = "TIME",
      converter = WorkCommands.Time.class,
      description = "What the ledger knows of tasks that are gone from their queue.")
  private Optional<Duration> ledgerAge = Optional.empty();

  @Option(
      names = "--alerts",
      paramLabel = "TIME",
      converter = WorkCommands.Time.class,
      description = "Alerts in the ledger.")
  private Optional<Duration> alerts = Optional.empty();

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dry;

  private final Console console;
  private final Provider<Ledger> ledger;
  private final Provider<DeskSettings> desk;

  @Inject
  PruneCommand(Console console, Provider<Ledger> ledger, Provider<DeskSettings> desk) {
    this.console = console;
    this.ledger = ledger;
    this.desk = desk;
  }

  @Override
  public Integer call() throws IOException {
    var retention =
        new Retention(
            desk.get().home(),
            ledger.get(),
            new Ages(
                runs.orElse(age),
                workspaces.orElse(age),
                ledgerAge.orElse(age),
                alerts.orElse(age)));
    int failed = 0;
    List<Path> old = retention.old();
    for (Path folder : old) {
      if (dry) {
        console.print(folder.toString());
      } else if (!removed(folder)) {
        failed++;
      }
    }
    console.tell(
        "%d folders of old runs %s."
            .formatted(old.size() - failed, dry ? "would be removed" : "removed"));
    int tasks = dry ? retention.oldTasks() : retention.forget();
    console.tell(
        "%d tasks that are gone from their queue %s."
            .formatted(tasks, dry ? "would be forgotten" : "forgotten"));
    return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private boolean removed(Path folder) {
    try {
      Retention.remove(folder);
      return true;
    } catch (IOException stays) {
      console.tell("nightdesk: %s stays: %s".formatted(folder, stays.getMessage()));
      return false;
    }
  }
}
