package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.worker.Explanation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells why a task is, or is not, running. */
@Command(
    name = "explain",
    description = "Tell why a task is, or is not, running, and what you can do next.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private Table.Form form = new Table.Form();

  @Parameters(
      paramLabel = "TASK",
      description = "WORKER/ID, or the id alone where there is one worker.")
  private String task = "";

  private final Console console;
  private final Provider<Ledger> ledger;
  private final Provider<DeskSettings> desk;
  private final Provider<TaskNames> tasks;

  @Inject
  ExplainCommand(
      Console console,
      Provider<Ledger> ledger,
      Provider<DeskSettings> desk,
      Provider<TaskNames> tasks) {
    this.console = console;
    this.ledger = ledger;
    this.desk = desk;
    this.tasks = tasks;
  }

  @Override
  public Integer call() {
    TaskKey key = tasks.get().read(task);
    Optional<TaskRow> row = ledger.get().tasks().find(key);
    List<String> lines = Explanation.of(ledger.get(), desk.get().home(), key);
    if (form.isJson()) {
      console.print(
          new Json()
              .with("worker", key.worker())
              .with("task_id", key.id())
              .with("task_title", row.map(TaskRow::title))
              .with("state", row.map(it -> it.state().name().toLowerCase(Locale.ROOT)))
              .with("explanation", lines)
              .toString());
      return ExitCode.DONE;
    }
    row.ifPresent(it -> console.print(console.bold(Text.oneLine(key + "  " + it.title()))));
    lines.forEach(line -> console.print(Text.oneLine(line)));
    return ExitCode.DONE;
  }
}
