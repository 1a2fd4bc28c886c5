package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServerException;
import dev.nightdesk.spi.QueueException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a failure means for a worker: that it passes, or that a person must see to it. */
final class Faults {
  private static final Set<String> IMPOSSIBLE_VALUE = Set.of("22P02", "22003", "22007", "22008");
  private static final String NO_RIGHT = "42501";
  private static final String READ_ONLY = "25006";

  private Faults() {}

  /** Whether the server said that a text cannot be a value of the column's type. */
  static boolean impossibleValue(Throwable failure) {
    return sql(failure).map(Faults::state).filter(IMPOSSIBLE_VALUE::contains).isPresent();
  }

  /** Whether the server said that this user may not do that. */
  static boolean noRight(Throwable failure) {
    return sql(failure).map(Faults::state).filter(NO_RIGHT::equals).isPresent();
  }

  /** Whether what we know of the server and its tables may be out of date. */
  static boolean unsettles(Throwable failure) {
    String state = sql(failure).map(Faults::state).orElse("");
    return state.isEmpty() || state.matches("(08|0A|25|26|28|3D|3F|42|53|57).*");
  }

  static QueueException from(Throwable failure, String server, Names names) {
    if (failure instanceof EmbeddedServerException embedded) {
      String message = String.valueOf(embedded.getMessage());
      return embedded.lasting()
          ? QueueException.fixSettings(message)
          : QueueException.retryLater(message, embedded);
    }
    Optional<SQLException> sql = sql(failure);
    return sql.isPresent()
        ? from(sql.get(), server, names)
        : QueueException.retryLater(server + " failed: " + failure, failure);
  }

  private static QueueException from(SQLException failure, String server, Names names) {
    String state = state(failure);
    String said = server + ": " + said(failure) + ". ";
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "28" -> QueueException.fixSettings(said + "Check POSTGRES_USER and POSTGRES_PASSWORD.");
      case "3D" -> QueueException.fixSettings(said + "Check the end of POSTGRES_URL.");
      case "42", "3F" -> QueueException.fixSettings(said + advice(state, names));
      case "22" ->
          QueueException.fixSettings(
              said
                  + "Table "
                  + names.table()
                  + " cannot hold what was to be written: change the column's type, or the"
                  + " settings that name it.");
      case "23", "44", "P0" ->
          QueueException.fixSettings(
              said
                  + "A rule of table "
                  + names.table()
                  + " refuses the change: change the rule, or the settings to fit it.");
      default ->
          QueueException.retryLater(
              said
                  + (state.equals(READ_ONLY)
                      ? "Is it a standby? POSTGRES_URL must name the primary. "
                      : "")
                  + "Trying again.",
              failure);
    };
  }

  private static String advice(String state, Names names) {
    return state.equals(NO_RIGHT)
        ? "The user needs the rights select, insert and update on %s and %s: grant them, or set"
                .formatted(names.table(), names.comments())
            + " POSTGRES_USER to a user who has them."
        : "Check POSTGRES_TABLE and the columns that the settings name.";
  }

  private static String state(SQLException failure) {
    return Optional.ofNullable(failure.getSQLState()).orElse("");
  }

  /** The deepest one, which says why: a pool wraps the reason in a time-out of its own. */
  private static Optional<SQLException> sql(Throwable failure) {
    Optional<SQLException> found = Optional.empty();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        found = Optional.of(sql);
      }
    }
    return found;
  }

  /** The server's sentence without its details, which may hold a row; or the driver's. */
  static String said(SQLException failure) {
    ServerErrorMessage server =
        failure instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
    String text = server == null ? failure.getMessage() : server.getMessage();
    String reason = failure.getCause() == null ? "" : " (" + failure.getCause().getMessage() + ")";
    return (text == null ? failure.getClass().getSimpleName() : text)
            .strip()
            .replaceAll("\\s*\\R\\s*", " ")
            .replaceAll("\\.$", "")
        + (server == null ? reason : "");
  }
}
