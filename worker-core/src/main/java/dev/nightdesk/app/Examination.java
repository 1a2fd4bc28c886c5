package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.Verification;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.settings.SettingsException;
import dev.nightdesk.settings.WorkerSettings;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everything that {@code doctor} looks at; starts no run. One failed check hides no other. */
final class Examination {
  private static final long LOW_SPACE = 1L << 30;

  private final Injector parts;
  private final List<Finding> findings = new ArrayList<>();
  private int exitCode = ExitCode.DONE;

  /** What was found, and the exit code that goes with it. */
  record Report(List<Finding> findings, int exitCode) {}

  /** Asks for each part when it gets there, since any of them may fail to be made. */
  @Inject
  Examination(Injector parts) {
    this.parts = parts;
  }

  private interface Check {
    void run() throws IOException, InterruptedException;
  }

  Report report() throws InterruptedException {
    good(
        "Java",
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.home"));
    check("adapters", this::adapters);
    check("settings", this::settings);
    check("NIGHTDESK_HOME", this::home);
    check("ledger", this::ledger);
    check("audit log", this::audit);
    check("workers", this::workers);
    boolean wrong = findings.stream().anyMatch(f -> f.state() == Finding.State.WRONG);
    return new Report(
        List.copyOf(findings), wrong ? Math.max(exitCode, ExitCode.USAGE) : ExitCode.DONE);
  }

  private void check(String subject, Check check) throws InterruptedException {
    try {
      check.run();
    } catch (IOException | RuntimeException | LinkageError failure) {
      failed(subject, failure);
    }
  }

  private void failed(String subject, Throwable failure) {
    switch (failure) {
      case ProvisionException wrapped when wrapped.getCause() != null ->
          failed(subject, wrapped.getCause());
      case SettingsException settings ->
          settings.problems().forEach(problem -> wrong("settings", problem));
      case LedgerException ledger -> {
        exitCode = ExitCode.UNREACHABLE;
        wrong(subject, String.valueOf(ledger.getMessage()));
      }
      case UserException user -> wrong(subject, String.valueOf(user.getMessage()));
      default -> wrong(subject, "this check failed: " + failure);
    }
  }

  private void adapters() {
    Adapters adapters = parts.getInstance(Adapters.class);
    adapters.queues().forEach(a -> good("queue " + a.name(), a.jar()));
    adapters.agents().forEach(a -> good("agent " + a.name(), a.jar()));
    CheckCommands.Modules.broken(adapters).forEach(why -> wrong("adapters", why));
  }

  private void settings() throws IOException {
    Settings settings = parts.getInstance(Settings.class);
    settings.warnings(parts.getInstance(Adapters.class)).forEach(w -> note("settings", w));
    for (Path file : settings.files()) {
      if (Files.exists(file) && HomeFolder.isOpenToOthers(file)) {
        note(file.toString(), "others on this machine can read it: chmod 600 " + file);
      }
    }
  }

  private void home() throws IOException {
    Path home = HomeFolder.open(parts.getInstance(DeskSettings.class).home());
    if (HomeFolder.isOpenToOthers(home)) {
      note("NIGHTDESK_HOME", "others on this machine can look into it: chmod 700 " + home);
    }
    long free = Files.getFileStore(home).getUsableSpace();
    if (free < LOW_SPACE) {
      note("NIGHTDESK_HOME", "less than 1 GB is free there: nightdesk prune removes old runs");
    }
    if (Files.exists(home.resolve("STOP"))) {
      note("NIGHTDESK_HOME", "the file STOP stops all workers of this home: nightdesk resume");
    }
    good("NIGHTDESK_HOME", home.toString());
  }

  private void ledger() {
    Ledger ledger = parts.getInstance(Ledger.class);
    ledger
        .clockOff()
        .ifPresent(off ->
            wrong(
                "clock",
                "this machine is %s off the ledger's database; set it right (NTP), no run starts until then"
                    .formatted(Text.duration(off))));
    ledger
        .switches()
        .all()
        .forEach(stop ->
            note(
                stop.worker().map(name -> "worker " + name).orElse("all workers"),
                "stopped: " + stop.why() + "; to go on: " + stop.release()));
    ledger
        .switches()
        .accountHolds()
        .forEach((account, hold) -> note("account " + account, "held: " + hold.reason()));
    good("ledger", "can be read and written");
  }

  private void audit() {
    Verification found = parts.getInstance(AuditLog.class).verify();
    found.problems().forEach(p -> wrong("audit log", "line " + p.line() + ": " + p.reason()));
    if (found.holds()) {
      good("audit log", found.records() + " records, unchanged and in order");
    }
  }

  private void workers() throws IOException, InterruptedException {
    for (ConfiguredWorker worker :
        parts.getInstance(Settings.class).workers(parts.getInstance(Adapters.class), List.of())) {
      String name = worker.name().text();
      check("worker " + name, () -> worker(worker));
    }
  }

  private void worker(ConfiguredWorker worker) throws IOException, InterruptedException {
    Workers workers = parts.getInstance(Workers.class);
    String name = worker.name().text();
    parts
        .getInstance(Ledger.class)
        .switches()
        .workerHold(name)
        .ifPresent(hold -> note("worker " + name, "held: " + hold.reason() + " " + hold.release()));
    Containment containment = workers.containment(worker.values());
    worker
        .values()
        .find(WorkerSettings.DIRECTORY)
        .ifPresent(folder -> directory(folder, containment.environment().getOrDefault("PATH", "")));
    check(name + ": queue", () -> findings.addAll(workers.queueOf(worker).check()));
    check(name + ": agent", () -> findings.addAll(workers.agentOf(worker).check(containment)));
  }

  private void directory(Path folder, String path) {
    String what =
        Files.exists(folder.resolve(".git"))
            ? "a git repository: each run gets a clone, and its commits come back as a bundle"
            : "a folder: each run gets a copy, and its changes come back as a patch";
    good("WORKER_DIRECTORY", folder + " is " + what);
    try {
      good("git", Programs.find("git", path).toString());
    } catch (CannotStartException missing) {
      wrong("git", "WORKER_DIRECTORY needs git. Install the package git.");
    }
  }

  private void good(String subject, String message) {
    findings.add(Finding.good(subject, message));
  }

  private void note(String subject, String message) {
    findings.add(Finding.warning(subject, message));
  }

  private void wrong(String subject, String message) {
    findings.add(Finding.wrong(subject, message));
  }
}
