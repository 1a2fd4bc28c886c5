package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.ProvisionException;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The commands that bring tasks and work on them. */
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

    private final Console console;
    private final Provider<Shift> shift;

    @Inject
    Watch(Console console, Provider<Shift> shift) {
      this.console = console;
      this.shift = shift;
    }

    @Override
    public Integer call() throws InterruptedException {
      // Signals are not caught yet, so that they end the program.
      var patience =
          new Patience(
              console,
              pause -> {
                Thread.sleep(pause);
                return false;
              });
      return patience.with(this::shift).orElseThrow().watch(names, drain);
    }

    private Shift shift() {
      try {
        return shift.get();
      } catch (ProvisionException e) {
        throw e.getCause() instanceof LedgerException away ? away : e;
      }
    }
  }

  @Command(name = "add", description = "Put a task in a worker's queue.")
  static final class Add implements Callable<Integer> {
    @Parameters(
        paramLabel = "TITLE",
        description = "The task's title; after -- it may begin with -.")
    private String title = "";

    @Option(
        names = "--worker",
        paramLabel = "NAME",
        description = "Whose queue, where there are several.")
    private Optional<String> worker = Optional.empty();

    @Option(
        names = "--description",
        paramLabel = "TEXT|-",
        description = "The text below the title; - reads it from standard input.")
    private String description = "";

    @Option(
        names = "--label",
        paramLabel = "L",
        description = "A label; may be given more than once.")
    private List<String> labels = new ArrayList<>();

    @Option(
        names = "--priority",
        paramLabel = "N",
        description = "Higher is more urgent; 0 is none.")
    private int priority;

    private final Console console;
    private final Provider<Workers> workers;

    @Inject
    Add(Console console, Provider<Workers> workers) {
      this.console = console;
      this.workers = workers;
    }

    @Override
    public Integer call() throws IOException, QueueException, InterruptedException {
      if (title.isBlank()) {
        throw new UserException(
            "A task needs a title, such as: nightdesk add \"Write the report\"");
      }
      String text =
          description.equals("-")
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : description;
      ConfiguredWorker chosen = workers.get().one(worker);
      TaskQueue queue = workers.get().queueOf(chosen);
      String id = queue.add(new NewTask(title, text, labels, priority));
      console.print(new TaskKey(chosen.name().text(), id).toString());
      return ExitCode.DONE;
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
