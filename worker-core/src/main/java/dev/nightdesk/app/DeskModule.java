package dev.nightdesk.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.HeadStore;
import dev.nightdesk.ledger.Heads;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.settings.Variables;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** How the parts are put together. Everything is made when it is first asked for. */
final class DeskModule extends AbstractModule {
  private final Console console;
  private final Opened opened;

  DeskModule(Console console, Opened opened) {
    this.console = console;
    this.opened = opened;
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
    Path folder = Path.of("").toAbsolutePath();
    return new Settings(Variables.read(System.getenv(), folder, options.envFiles()), folder);
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
  Ledger ledger(DeskSettings desk, InstantSource clock) {
    Ledger ledger = Ledger.open(HomeFolder.open(desk.home()), desk.databaseUrl(), clock);
    opened.add(ledger::close);
    return ledger;
  }

  @Provides
  @Singleton
  AuditLog audit(DeskSettings desk, Ledger ledger) {
    AuditLog audit =
        AuditLog.open(desk.home().resolve("runs.jsonl"), new LedgerHeads(ledger.heads()));
    opened.add(audit::close);
    return audit;
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
