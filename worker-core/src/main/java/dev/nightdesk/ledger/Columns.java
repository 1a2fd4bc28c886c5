package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** From columns to values and back, the same on both databases. */
final class Columns {
  private static final int LONGEST_TITLE = 2_000;

  private Columns() {}

  static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  static Instant knownTime(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  /** Both databases keep milliseconds, so that a value compares equal when it comes back. */
  static Instant time(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  static Optional<Instant> time(Optional<Instant> time) {
    return time.map(Columns::time);
  }

  /** PostgreSQL refuses NUL in a text. */
  static String text(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
  }

  static Optional<String> text(Optional<String> text) {
    return text.map(Columns::text);
  }

  static String title(String title) {
    if (title.length() <= LONGEST_TITLE) {
      return text(title);
    }
    int end = Character.isHighSurrogate(title.charAt(LONGEST_TITLE - 1)) ? 1 : 0;
    return text(title.substring(0, LONGEST_TITLE - end)) + "…";
  }

  static BigDecimal dollars(long millionths) {
    return BigDecimal.valueOf(millionths, 6);
  }

  /** Rounded up: a budget is never overdrawn by rounding. */
  static long millionths(BigDecimal dollars) {
    return dollars.movePointRight(6).setScale(0, RoundingMode.CEILING).longValueExact();
  }

  static TaskRow task(ResultSet row, StatementContext context) throws SQLException {
    return new TaskRow(
        new TaskKey(row.getString("worker"), row.getString("id")),
        row.getString("title"),
        text(row, "url"),
        text(row, "author_id"),
        row.getInt("priority"),
        time(row, "due"),
        time(row, "created_at"),
        time(row, "updated_at"),
        text(row, "round"),
        TaskState.valueOf(row.getString("state")),
        Cause.valueOf(row.getString("next_cause")),
        row.getLong("epoch"),
        row.getInt("attempts"),
        row.getInt("crashes"),
        row.getInt("model_failures"),
        time(row, "not_before"),
        text(row, "wait_reason"),
        text(row, "hold_reason"),
        text(row, "hold_release"),
        text(row, "session"),
        text(row, "last_run"),
        dollars(row.getLong("spent")),
        row.getLong("runs"));
  }

  static Runs.RunRow run(ResultSet row, StatementContext context) throws SQLException {
    long pid = row.getLong("pid");
    return new Runs.RunRow(
        row.getString("run_id"),
        new TaskKey(row.getString("worker"), row.getString("task_id")),
        row.getLong("epoch"),
        row.getInt("attempt"),
        Cause.valueOf(row.getString("cause")),
        row.getString("agent"),
        Runs.Phase.valueOf(row.getString("phase")),
        row.getString("host"),
        row.getString("home_id"),
        pid == 0 ? Optional.empty() : Optional.of(pid),
        time(row, "pid_started_at"),
        knownTime(row, "started_at"),
        time(row, "ended_at"),
        text(row, "status").map(RunStatus::valueOf),
        text(row, "reason"),
        dollars(row.getLong("cost")),
        text(row, "record"),
        row.getBoolean("recorded"));
  }
}
