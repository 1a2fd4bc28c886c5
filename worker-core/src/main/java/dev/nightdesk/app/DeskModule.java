package dev.nightdesk.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.HeadStore;
import dev.nightdesk.ledger.Heads;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.settings.SettingsException;
import dev.nightdesk.settings.Variables;
import dev.nightdesk.toolkit.ShellWords;
import dev.nightdesk.worker.Alerts;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Redaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How the parts are put together. Everything is made when it is first asked for. */
final class DeskModule extends AbstractModule {
  private static final Duration ALERT_TIME = Duration.ofSeconds(10);

  private final Console console;
  private final Opened opened;
  private final Function<Nightdesk, Settings> source;

  /** Made of what the source says is set. */
  DeskModule(Console console, Opened opened, Function<Nightdesk, Settings> source) {
    this.console = console;
    this.opened = opened;
    this.source = source;
  }

  /** The environment of this process, and files. */
  static Settings fromEnvironment(Nightdesk options) {
    Path folder = Path.of("").toAbsolutePath();
    return new Settings(Variables.read(System.getenv(), folder, options.envFiles()), folder);
  }

  @Override
  protected void configure() {
    bind(Console.class).toInstance(console);
    bind(Opened.class).toInstance(opened);
    bind(InstantSource.class).toInstance(InstantSource.system());
  }

  @Provides
  @Singleton
  Settings settings(Nightdesk options) {
    return source.apply(options);
  }

  @Provides
  @Singleton
  DeskSettings desk(Settings settings) {
    DeskSettings desk = settings.desk();
    Logging.start(console, desk.log());
    return desk;
  }

  @Provides
  @Singleton
  Adapters adapters() {
    return Adapters.find(DeskModule.class.getClassLoader());
  }

  @Provides
  @Singleton
  Ledger ledger(DeskSettings desk) {
    Ledger ledger = Ledger.open(HomeFolder.open(desk.home()), desk.databaseUrl());
    opened.add(ledger::close);
    return ledger;
  }

  @Provides
  @Singleton
  AuditLog audit(DeskSettings desk, Ledger ledger) {
    return AuditLog.open(desk.home().resolve("runs.jsonl"), new LedgerHeads(ledger.heads()));
  }

  @Provides
  @Singleton
  Office office(
      Ledger ledger, AuditLog audit, Alerts alerts, Settings settings, Adapters adapters) {
    return new Office(
        ledger,
        audit,
        alerts,
        new Redaction(settings.secrets(adapters)),
        Timings.fromSystemProperties(),
        (step, key) -> {});
  }

  @Provides
  @Singleton
  Alerts alerts(DeskSettings desk, InstantSource clock) {
    if (desk.alertCommand().isEmpty()) {
      return (worker, task, text) -> {};
    }
    try {
      var words = ShellWords.split(desk.alertCommand().get());
      var command = new AlertCommand(words, clock, ALERT_TIME);
      opened.add(command::close);
      return command;
    } catch (IllegalArgumentException unclosed) {
      throw new SettingsException(List.of("NIGHTDESK_ALERT_COMMAND: " + unclosed.getMessage()), "");
    }
  }

  /** Ledger and audit room do not know each other. */
  private record LedgerHeads(Heads heads) implements HeadStore {
    @Override
    public Optional<Head> get() {
      return heads.get().map(head -> new Head(head.lines(), head.sha256()));
    }

    @Override
    public void put(long lines, String sha256) {
      heads.put(lines, sha256);
    }
  }
}
