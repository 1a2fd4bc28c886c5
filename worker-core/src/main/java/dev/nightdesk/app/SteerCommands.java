package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.ProvisionException;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Switches;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.WorkerName;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands with which a person steers what workers do. */
final class SteerCommands {
  private SteerCommands() {}

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
    private final Provider<DeskSettings> desk;

    @Inject
    Stop(Console console, Provider<Ledger> ledger, Provider<DeskSettings> desk) {
      this.console = console;
      this.ledger = ledger;
      this.desk = desk;
    }

    @Override
    public Integer call() {
      try {
        ledger.get().switches().stop(worker, why);
      } catch (ProvisionException | LedgerException unreachable) {
        return stopThisHome(unreachable);
      }
      worker.filter(name -> !isKnown(name)).ifPresent(this::warn);
      console.print(
          worker.map(name -> "Worker " + name + " is stopped.").orElse("Everything is stopped.")
              + " To go on: nightdesk resume"
              + worker.map(name -> " --worker " + name).orElse(""));
      return ExitCode.DONE;
    }

    private boolean isKnown(String name) {
      return desk.get().workers().contains(new WorkerName(name))
          || !ledger.get().tasks().list(worker, true, 1).isEmpty();
    }

    private void warn(String name) {
      console.tell(
          "nightdesk: no worker named %s is known here; is it written right?"
              .formatted(Text.oneLine(name)));
    }

    /** Without a ledger there is still the file that stops the workers of one home. */
    private int stopThisHome(RuntimeException unreachable) {
      Path file = desk.get().home().resolve("STOP");
      if (worker.isPresent() || !(cause(unreachable) instanceof LedgerException)) {
        throw unreachable;
      }
      try {
        HomeFolder.append(file, why + "\n");
      } catch (IOException e) {
        throw unreachable;
      }
      console.tell(Text.lines(String.valueOf(cause(unreachable).getMessage())));
      console.tell(
          "So only the workers of this home are stopped, by the file %s. Those of other machines go on."
              .formatted(file));
      return ExitCode.UNREACHABLE;
    }

    private static Throwable cause(RuntimeException failure) {
      Throwable cause = failure instanceof ProvisionException ? failure.getCause() : failure;
      return cause == null ? failure : cause;
    }
  }

  @Command(
      name = "resume",
      description = {
        "Let everything go on after a stop, or one worker; release a held task, worker or account.",
      })
  static final class Resume implements Callable<Integer> {
    @Option(names = "--worker", paramLabel = "NAME", description = "This worker, stopped or held.")
    private Optional<String> worker = Optional.empty();

    @Option(
        names = "--task",
        paramLabel = "WORKER/ID",
        description = "This task: it is ready again, with new attempts.")
    private Optional<String> task = Optional.empty();

    @Option(names = "--account", paramLabel = "NAME", description = "This agent account.")
    private Optional<String> account = Optional.empty();

    private final Console console;
    private final Provider<Ledger> ledger;
    private final Provider<DeskSettings> desk;
    private final Provider<TaskNames> tasks;
    private final Provider<Workers> workers;

    @Inject
    Resume(
        Console console,
        Provider<Ledger> ledger,
        Provider<DeskSettings> desk,
        Provider<TaskNames> tasks,
        Provider<Workers> workers) {
      this.console = console;
      this.ledger = ledger;
      this.desk = desk;
      this.tasks = tasks;
      this.workers = workers;
    }

    @Override
    public Integer call() throws IOException, QueueException, InterruptedException {
      if (worker.isEmpty() && task.isEmpty() && account.isEmpty()) {
        boolean file = Files.deleteIfExists(desk.get().home().resolve("STOP"));
        boolean stopped = ledger.get().switches().resume(Optional.empty());
        said(file || stopped, "Everything goes on.", "Nothing was stopped as a whole.");
        ledger.get().switches().all().forEach(stop -> still(stop));
      }
      worker.ifPresent(this::worker);
      account.ifPresent(name ->
          said(
              ledger.get().switches().releaseAccount(name),
              "Account " + name + " is released.",
              "Account " + name + " was not held."));
      if (task.isPresent()) {
        task(tasks.get().read(task.get()));
      }
      return ExitCode.DONE;
    }

    private void still(Switches.Stop stop) {
      stop.worker()
          .ifPresent(name ->
              console.tell(
                  "Worker %s is still stopped (%s): %s"
                      .formatted(name, Text.oneLine(stop.why()), stop.release())));
    }

    private void worker(String name) {
      boolean stopped = ledger.get().switches().resume(Optional.of(name));
      boolean held = ledger.get().switches().releaseWorker(name);
      said(
          stopped || held,
          "Worker " + name + " goes on.",
          "Worker " + name + " was neither stopped nor held.");
      ledger.get().switches().all().stream()
          .filter(stop -> stop.worker().equals(Optional.of(name)))
          .forEach(this::still);
    }

    /** In the queue first: what stands there decides, and a poll may come in between. */
    private void task(TaskKey key) throws QueueException, InterruptedException {
      if (ledger.get().tasks().find(key).isEmpty()) {
        throw TaskNames.unknown(key.toString());
      }
      var queue = workers.get().queueOf(workers.get().one(Optional.of(key.worker())));
      queue.deliver(
          key.id(), List.of(new Entry.Move("resume:" + UUID.randomUUID(), Standing.READY)));
      ledger.get().tasks().reset(key, Cause.MANUAL, true);
      console.print("Task " + key + " is ready again.");
    }

    private void said(boolean changed, String yes, String no) {
      console.print(changed ? yes : no);
    }
  }
}
