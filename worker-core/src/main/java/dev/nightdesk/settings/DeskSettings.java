package dev.nightdesk.settings;

import dev.nightdesk.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the whole program is set to, whatever its workers.
 *
 * @param home {@code NIGHTDESK_HOME}, absolute
 * @param databaseUrl a ledger shared by many machines; empty = the one in the home
 * @param log how log lines are written; empty = for people
 * @param alertCommand the program that gets alerts
 * @param retention how long what old runs left is kept; zero = for ever
 * @param workers the workers' names, never empty
 */
public record DeskSettings(
    Path home,
    Optional<String> databaseUrl,
    Optional<String> log,
    Optional<String> alertCommand,
    Duration retention,
    List<WorkerName> workers) {

  static final Setting<Path> HOME =
      Setting.path("NIGHTDESK_HOME", "folder of ledger, audit log, transcripts and workspaces")
          .orElse("~/.nightdesk");
  static final Setting<String> DATABASE_URL =
      Setting.of(
              "NIGHTDESK_DATABASE_URL",
              "PostgreSQL address of a ledger that many machines share; unset = a file in NIGHTDESK_HOME",
              DeskSettings::postgres)
          .optional();
  static final Setting<String> LOG =
      Setting.choice(
              "NIGHTDESK_LOG",
              "form of log lines on standard error; unset = only what a person should see",
              "text",
              "json")
          .optional();
  static final Setting<String> ALERT_COMMAND =
      Setting.text(
              "NIGHTDESK_ALERT_COMMAND",
              "program and arguments that get every alert as JSON on standard input")
          .optional();
  static final Setting<Duration> RETENTION =
      Setting.duration(
              "NIGHTDESK_RETENTION",
              "how long watch keeps what old runs left; it removes the rest once a day; 0s = for ever")
          .orElse("90d");
  static final Setting<List<String>> WORKERS =
      Setting.list("WORKERS", "names of the workers, separated by commas").orElse("worker");

  /** Every setting of this kind, in the order in which a person should see them. */
  public static final List<Setting<?>> ALL =
      List.of(HOME, DATABASE_URL, LOG, ALERT_COMMAND, RETENTION, WORKERS);

  public DeskSettings {
    workers = List.copyOf(workers);
  }

  static DeskSettings of(ReadValues values, Path folder) {
    return new DeskSettings(
        folder.resolve(values.get(HOME)).toAbsolutePath().normalize(),
        values.find(DATABASE_URL),
        values.find(LOG),
        values.find(ALERT_COMMAND),
        values.get(RETENTION),
        values.get(WORKERS).stream().map(WorkerName::new).toList());
  }

  private static String postgres(String text) {
    if (text.startsWith("jdbc:postgresql:")) {
      return text;
    }
    throw new IllegalArgumentException(
        "expected an address such as jdbc:postgresql://host/database?user=nightdesk");
  }
}
