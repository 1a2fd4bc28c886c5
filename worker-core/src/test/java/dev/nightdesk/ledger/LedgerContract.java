package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every test of the ledger starts from; each runs on SQLite and on PostgreSQL. */
abstract class LedgerContract {
  static final String WORKER = "writer";

  @TempDir Path folder;
  Path home = Path.of("");
  Optional<String> url = Optional.empty();
  Instant now = Instant.parse("2026-11-21T10:00:00Z");

  @SuppressWarnings("NullAway.Init")
  Ledger ledger;

  private final List<Ledger> opened = new ArrayList<>();

  /** Empty for SQLite. */
  abstract Optional<String> freshDatabase();

  @BeforeEach
  void openLedger() {
    home = folder.resolve("home");
    url = freshDatabase();
    ledger = open(home);
  }

  @AfterEach
  void closeLedgers() {
    opened.forEach(Ledger::close);
  }

  /** The same database again; with another home it is another machine's. */
  Ledger open(Path at) {
    Ledger another = Ledger.open(at, url, clock());
    opened.add(another);
    return another;
  }

  /** As a second process has it, on another machine where the database allows that. */
  Ledger elsewhere() {
    return open(url.isPresent() ? folder.resolve("other-machine") : home);
  }

  InstantSource clock() {
    return () -> now;
  }

  void sql(String statement) {
    String database =
        url.map(postgres -> postgres + "&currentSchema=nightdesk")
            .orElseGet(() -> "jdbc:sqlite:" + home.resolve("ledger.db"));
    try (Connection connection = DriverManager.getConnection(database);
        Statement made = connection.createStatement()) {
      made.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static TaskKey key(String id) {
    return new TaskKey(WORKER, id);
  }

  static Task task(String id, Standing standing) {
    return Task.of(id, "Task " + id, standing).build();
  }

  static Task ready(String id) {
    return task(id, Standing.READY);
  }

  List<TaskKey> seeAll(Task... tasks) {
    return see(new Poll(Arrays.asList(tasks), List.of(), true, Optional.empty()));
  }

  List<TaskKey> seeChanged(String cursor, Task... tasks) {
    return see(new Poll(Arrays.asList(tasks), List.of(), false, Optional.of(cursor)));
  }

  /** By the only worker. */
  private List<TaskKey> see(Poll poll) {
    return ledger.tasks().see(WORKER, poll, ledger.tasks().cursor(WORKER)).orElseThrow();
  }

  TaskRow row(String id) {
    return ledger.tasks().find(key(id)).orElseThrow();
  }

  RunTicket begin(String id) {
    return begin(ledger, id, "0");
  }

  RunTicket begin(Ledger where, String id, String dollars) {
    return where
        .runs()
        .start(
            key(id),
            start ->
                start.begin(
                    new NewRun(
                        RunIds.next(),
                        start.facts().task().nextCause(),
                        new BigDecimal(dollars),
                        "command",
                        "hash")));
  }

  static Conclusion ended(RunStatus status, TaskState next) {
    return ended(status, next, "0", List.of());
  }

  static Conclusion ended(RunStatus status, TaskState next, String dollars, List<Entry> entries) {
    return ended(status, next, dollars, List.of(), entries);
  }

  static Conclusion ended(
      RunStatus status,
      TaskState next,
      String dollars,
      List<Receipt> claimed,
      List<Entry> entries) {
    return new Conclusion(
        status,
        "said so",
        next,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        false,
        new BigDecimal(dollars),
        Optional.of("session-1"),
        claimed,
        entries,
        "{}");
  }

  static Conclusion retry(Instant at) {
    return new Conclusion(
        RunStatus.ERROR,
        "failed",
        TaskState.READY,
        Optional.of(at),
        Optional.of("attempt 2 of 3"),
        Optional.empty(),
        true,
        false,
        BigDecimal.ZERO,
        Optional.empty(),
        List.of(),
        List.of(),
        "{}");
  }

  void assertState(String id, TaskState state) {
    assertThat(row(id).state()).isEqualTo(state);
  }

  void assertCause(String id, Cause cause) {
    assertThat(row(id).nextCause()).isEqualTo(cause);
  }
}
