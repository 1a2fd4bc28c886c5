package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The commands that work on tasks. */
final class WorkCommands {
  private WorkCommands() {}

  @Command(name = "run", description = "Handle what is ready now, then exit.")
  static final class Run implements Callable<Integer> {
    @Option(
        names = "--worker",
        paramLabel = "NAME",
        description = "Only this worker; may be given more than once.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--task", paramLabel = "WORKER/ID", description = "Only this task.")
    private Optional<String> task = Optional.empty();

    private final Provider<Shift> shift;
    private final Provider<TaskNames> tasks;

    @Inject
    Run(Provider<Shift> shift, Provider<TaskNames> tasks) {
      this.shift = shift;
      this.tasks = tasks;
    }

    @Override
    public Integer call() throws InterruptedException {
      Optional<TaskKey> only = task.map(text -> tasks.get().read(text));
      List<String> workers = only.map(key -> List.of(key.worker())).orElse(names);
      return shift.get().handleWhatIsReady(workers, only.map(TaskKey::id));
    }
  }

  @Command(
      name = "watch",
      description = {
        "Work on tasks until told to stop.",
        "The first interrupt or termination waits for what runs, the second stops at once."
      })
  static final class Watch implements Callable<Integer> {
    @Option(
        names = "--worker",
        paramLabel = "NAME",
        description = "Only this worker; may be given more than once.")
    private List<String> names = new ArrayList<>();

    @Option(
        names = "--drain",
        paramLabel = "TIME",
        converter = Time.class,
        description =
            "How long to wait for what runs when told to stop; unset: as long as it takes.")
    private Optional<Duration> drain = Optional.empty();

    private final Provider<Shift> shift;

    @Inject
    Watch(Provider<Shift> shift) {
      this.shift = shift;
    }

    @Override
    public Integer call() throws InterruptedException {
      return shift.get().watch(names, drain);
    }
  }

  /** Durations as in settings. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return Setting.parseDuration(text);
      } catch (IllegalArgumentException bad) {
        throw new TypeConversionException(String.valueOf(bad.getMessage()));
      }
    }
  }
}
