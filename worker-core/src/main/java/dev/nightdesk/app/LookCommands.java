package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.WorkerName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that look and change nothing. */
final class LookCommands {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private LookCommands() {}

  @Command(name = "tasks", description = "List the tasks that workers have seen.")
  static final class Tasks implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    @Option(names = "--worker", paramLabel = "NAME", description = "Only this worker's.")
    private Optional<String> worker = Optional.empty();

    @Option(names = "--all", description = "Those too that are done or gone.")
    private boolean all;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "1000",
        description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    private final Console console;
    private final Provider<Ledger> ledger;
    private final Provider<DeskSettings> desk;
    private final Provider<Standstill> standstill;

    @Inject
    Tasks(
        Console console,
        Provider<Ledger> ledger,
        Provider<DeskSettings> desk,
        Provider<Standstill> standstill) {
      this.console = console;
      this.ledger = ledger;
      this.desk = desk;
      this.standstill = standstill;
    }

    @Override
    public Integer call() {
      Table table = form.table(console, "TASK", "STATE", "RUNS", "SPENT", "TITLE");
      for (TaskRow task : ledger.get().tasks().list(worker, all, limit)) {
        table.row(
            json(task),
            task.key().toString(),
            state(task),
            String.valueOf(task.runs()),
            Text.dollars(task.spentUsd()),
            title(task));
      }
      table.print(
          all
              ? "No task is known. Put one in a queue: nightdesk add \"TITLE\""
              : "No task is waiting or running that a worker has seen; --all lists the others"
                  + " too.");
      if (!form.isJson()) {
        standstill.get().of(workers()).forEach(console::tell);
      }
      return ExitCode.DONE;
    }

    private List<String> workers() {
      return worker
          .map(List::of)
          .orElseGet(() -> desk.get().workers().stream().map(WorkerName::text).toList());
    }

    private static String state(TaskRow task) {
      return task.state().name().toLowerCase(Locale.ROOT);
    }

    private static String title(TaskRow task) {
      String why = task.holdReason().or(task::waitReason).map(w -> " (" + w + ")").orElse("");
      return (task.title().isBlank() ? "(no title)" : task.title()) + why;
    }

    private static Json json(TaskRow task) {
      return new Json()
          .with("worker", task.key().worker())
          .with("task_id", task.key().id())
          .with("task_title", task.title())
          .with("task_url", task.url())
          .with("state", state(task))
          .with("priority", task.priority())
          .with("due", task.due())
          .with("attempt", task.attempts())
          .with("runs", task.runs())
          .with("cost_usd", task.spentUsd())
          .with("run_id", task.lastRun())
          .with("session_id", task.session())
          .with("not_before", task.notBefore())
          .with("wait_reason", task.waitReason())
          .with("hold_reason", task.holdReason())
          .with("hold_release", task.holdRelease());
    }
  }

  @Command(name = "runs", description = "List the runs, newest first.")
  static final class Runs implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    @Option(names = "--worker", paramLabel = "NAME", description = "Only this worker's.")
    private Optional<String> worker = Optional.empty();

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    private final Console console;
    private final Provider<Ledger> ledger;

    @Inject
    Runs(Console console, Provider<Ledger> ledger) {
      this.console = console;
      this.ledger = ledger;
    }

    @Override
    public Integer call() {
      Table table = form.table(console, "RUN", "TASK", "STARTED", "TOOK", "COST", "STATUS");
      for (RunRow run : ledger.get().runs().list(worker, limit)) {
        table.row(
            json(run),
            run.runId(),
            run.key().toString(),
            WHEN.format(run.startedAt()),
            Text.duration(took(run, ledger.get().clock().instant())),
            Text.dollars(run.costUsd()),
            status(run)
                + run.reason().filter(r -> !r.isBlank()).map(r -> " (" + r + ")").orElse(""));
      }
      table.print("No runs yet.");
      return ExitCode.DONE;
    }
  }

  @Command(name = "show", description = "Show one run: how it went, and what it said.")
  static final class Show implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning.")
    private String run = "";

    private final Console console;
    private final Provider<Ledger> ledger;
    private final Provider<DeskSettings> desk;

    @Inject
    Show(Console console, Provider<Ledger> ledger, Provider<DeskSettings> desk) {
      this.console = console;
      this.ledger = ledger;
      this.desk = desk;
    }

    @Override
    public Integer call() throws IOException {
      RunRow row = find(ledger.get(), run);
      if (form.isJson()) {
        console.print(row.recordJson().orElseGet(() -> json(row).toString()));
        return ExitCode.DONE;
      }
      line("run", row.runId());
      line(
          "task",
          row.key() + ledger.get().tasks().find(row.key()).map(t -> "  " + t.title()).orElse(""));
      line(
          "status",
          status(row) + row.reason().filter(r -> !r.isBlank()).map(r -> ": " + r).orElse(""));
      line("attempt", row.attempt() + " (" + row.cause().word() + ")");
      line("started", WHEN.format(row.startedAt()) + " on " + row.host());
      row.endedAt()
          .ifPresent(
              end -> line("ended", WHEN.format(end) + ", after " + Text.duration(took(row, end))));
      line("cost", Text.dollars(row.costUsd()));
      Path folder = folder(desk.get(), row);
      if (Files.isDirectory(folder)) {
        line("files", folder.toString());
        Path result = folder.resolve("result.md");
        if (Files.isRegularFile(result)) {
          console.print(
              "\n"
                  + Text.lines(
                      new String(Files.readAllBytes(result), StandardCharsets.UTF_8).strip()));
        }
      }
      return ExitCode.DONE;
    }

    private void line(String label, String text) {
      console.print(console.bold("%-8s".formatted(label)) + " " + Text.oneLine(text));
    }
  }

  static RunRow find(Ledger ledger, String run) {
    return ledger
        .runs()
        .find(run)
        .orElseThrow(() ->
            new UserException(
                "There is no run %s, or more than one begins so. nightdesk runs lists them."
                    .formatted(Text.oneLine(run))));
  }

  static Path folder(DeskSettings desk, RunRow run) {
    return desk.home().resolve("runs").resolve(run.runId());
  }

  private static Duration took(RunRow run, Instant now) {
    return Duration.between(run.startedAt(), run.endedAt().orElse(now));
  }

  private static String status(RunRow run) {
    return run.status().map(Enum::name).orElse(run.phase().name().toLowerCase(Locale.ROOT));
  }

  private static Json json(RunRow run) {
    return new Json()
        .with("run_id", run.runId())
        .with("worker", run.key().worker())
        .with("task_id", run.key().id())
        .with("attempt", run.attempt())
        .with("cause", run.cause().word())
        .with("agent", run.agent())
        .with("phase", run.phase().name().toLowerCase(Locale.ROOT))
        .with("started_at", run.startedAt())
        .with("ended_at", run.endedAt())
        .with("duration_ms", run.endedAt().map(end -> took(run, end).toMillis()))
        .with("status", run.status())
        .with("reason", run.reason())
        .with("cost_usd", run.costUsd())
        .with("host", run.host());
  }
}
