package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.Verification;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.settings.SettingRow;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Setting;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The commands that tell how things are set up, and whether they are right. */
final class CheckCommands {
  private CheckCommands() {}

  @Command(
      name = "settings",
      description = "List every variable with its meaning, default and current source.")
  static final class ShowSettings implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    @Parameters(
        arity = "0..1",
        paramLabel = "MODULE",
        description = "Only those of this module: nightdesk, worker, or an adapter's name.")
    private String module = "";

    private final Console console;
    private final Provider<Settings> settings;
    private final Provider<Adapters> adapters;

    @Inject
    ShowSettings(Console console, Provider<Settings> settings, Provider<Adapters> adapters) {
      this.console = console;
      this.settings = settings;
      this.adapters = adapters;
    }

    @Override
    public Integer call() {
      List<SettingRow> rows =
          settings.get().rows(adapters.get()).stream()
              .filter(row -> module.isEmpty() || row.module().equals(module))
              .toList();
      if (rows.isEmpty()) {
        throw new UserException(
            "There is no module named '%s'. nightdesk modules lists them."
                .formatted(Text.oneLine(module)));
      }
      Table table = form.table(console, "VARIABLE", "VALUE", "SOURCE", "MEANING");
      for (SettingRow row : rows) {
        table.row(
            json(row),
            row.name() + (row.required() ? "*" : ""),
            row.value().orElse("-"),
            row.source(),
            row.meaning());
      }
      table.print("");
      if (!form.isJson()) {
        console.print("\n* has to be set where its module is used.");
      }
      return ExitCode.DONE;
    }

    private static Json json(SettingRow row) {
      return new Json()
          .with("module", row.module())
          .with("variable", row.name())
          .with("value", row.value())
          .with("source", row.source())
          .with("default", row.defaultText())
          .with("required", row.required())
          .with("meaning", row.meaning());
    }
  }

  @Command(name = "modules", description = "List the queues and agents found, and their jars.")
  static final class Modules implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    private final Console console;
    private final Provider<Adapters> adapters;

    @Inject
    Modules(Console console, Provider<Adapters> adapters) {
      this.console = console;
      this.adapters = adapters;
    }

    @Override
    public Integer call() {
      Table table = form.table(console, "KIND", "NAME", "VARIABLES", "JAR");
      adapters.get().queues().forEach(queue -> row(table, "queue", queue));
      adapters.get().agents().forEach(agent -> row(table, "agent", agent));
      List<String> broken = broken(adapters.get()).toList();
      if (form.isJson()) {
        broken.forEach(why -> table.row(new Json().with("kind", "broken").with("problem", why)));
      }
      table.print("No queue and no agent was found. Each is a folder in adapters/.");
      if (!form.isJson()) {
        broken.forEach(why -> console.tell("nightdesk: broken: " + Text.oneLine(why)));
      }
      return broken.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void row(Table table, String kind, Adapter<?> adapter) {
      List<String> variables = adapter.settings().stream().map(Setting::name).toList();
      table.row(
          new Json()
              .with("kind", kind)
              .with("name", adapter.name())
              .with("variables", variables)
              .with("jar", adapter.jar()),
          kind,
          adapter.name(),
          String.valueOf(variables.size()),
          adapter.jar());
    }

    static Stream<String> broken(Adapters adapters) {
      return Stream.concat(
          adapters.broken().stream(),
          Stream.concat(
              adapters.clashes().stream(),
              Adapters.unreadableJars(System.getProperty("java.class.path", "")).stream()));
    }
  }

  @Command(name = "verify-audit", description = "Check that the audit log is whole and unchanged.")
  static final class VerifyAudit implements Callable<Integer> {
    private final Console console;
    private final Provider<AuditLog> audit;

    @Inject
    VerifyAudit(Console console, Provider<AuditLog> audit) {
      this.console = console;
      this.audit = audit;
    }

    @Override
    public Integer call() {
      Verification found = audit.get().verify();
      found
          .torn()
          .forEach(line ->
              console.tell(
                  "line " + line + ": cut off by a crash while it was written; no record is lost"));
      found.problems().forEach(p -> console.tell("line " + p.line() + ": " + p.reason()));
      String records = found.records() + (found.records() == 1 ? " record" : " records");
      if (found.holds()) {
        console.print("The audit log holds: " + records + ", unchanged and in order.");
        return ExitCode.DONE;
      }
      console.tell("The audit log does not hold: it was changed by somebody else than Nightdesk.");
      return ExitCode.FAILED;
    }
  }

  @Command(
      name = "doctor",
      description = "Check every setting, token, project, program and permission; starts no run.")
  static final class Doctor implements Callable<Integer> {
    @Mixin private Table.Form form = new Table.Form();

    private final Console console;
    private final Provider<Examination> examination;

    @Inject
    Doctor(Console console, Provider<Examination> examination) {
      this.console = console;
      this.examination = examination;
    }

    @Override
    public Integer call() throws InterruptedException {
      Table table = form.table(console, "", "CHECKED", "FOUND");
      var report = examination.get().report();
      report.findings().forEach(finding -> row(table, finding));
      table.print("");
      return report.exitCode();
    }

    private void row(Table table, Finding finding) {
      table.row(
          new Json()
              .with("state", finding.state().name().toLowerCase(Locale.ROOT))
              .with("subject", finding.subject())
              .with("message", finding.message()),
          switch (finding.state()) {
            case GOOD -> "ok";
            case WARNING -> "note";
            case WRONG -> "WRONG";
          },
          finding.subject(),
          finding.message());
    }
  }
}
