package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.settings.DeskSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prune",
    description = "Remove the files of old runs; never the audit log, never what still runs.")
final class PruneCommand implements Callable<Integer> {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      defaultValue = "90d",
      converter = WorkCommands.Time.class,
      description = "How old the runs must be (${DEFAULT-VALUE}).")
  private Duration age = Duration.ZERO;

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dry;

  private final Console console;
  private final Provider<Ledger> ledger;
  private final Provider<DeskSettings> desk;
  private final InstantSource clock;

  @Inject
  PruneCommand(
      Console console, Provider<Ledger> ledger, Provider<DeskSettings> desk, InstantSource clock) {
    this.console = console;
    this.ledger = ledger;
    this.desk = desk;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    var retention =
        new Retention(desk.get().home(), ledger.get().runs(), clock.instant().minus(age));
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
