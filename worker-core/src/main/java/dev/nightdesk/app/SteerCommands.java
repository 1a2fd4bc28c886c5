package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands with which a person steers what workers do. */
final class SteerCommands {
  private SteerCommands() {}

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

  @Command(
      name = "stop",
      description = "The kill switch: stop all runs and start no more, on every machine.")
  static final class Stop implements Callable<Integer> {
    @Option(names = "--worker", paramLabel = "NAME", description = "Only this worker's.")
    private Optional<String> worker = Optional.empty();

    @Option(
        names = "--why",
        required = true,
        paramLabel = "TEXT",
        description = "What others should read.")
    private String why = "";

    private final Console console;
    private final Provider<Ledger> ledger;

    @Inject
    Stop(Console console, Provider<Ledger> ledger) {
      this.console = console;
      this.ledger = ledger;
    }

    @Override
    public Integer call() {
      ledger.get().switches().stop(worker, why);
      console.print(
          worker.map(name -> "Worker " + name + " is stopped.").orElse("Everything is stopped.")
              + " nightdesk resume lets it go on.");
      return ExitCode.DONE;
    }
  }
}
