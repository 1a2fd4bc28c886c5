package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServerException;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlFailures;
import dev.nightdesk.spi.QueueException;
import java.sql.SQLException;
import java.util.Optional;

/** What a failure means for a worker: that it passes, or that a person must see to it. */
final class Faults {
  private Faults() {}

  static QueueException from(Throwable failure, String server, Names names) {
    if (failure instanceof EmbeddedServerException embedded) {
      String message = String.valueOf(embedded.getMessage());
      return embedded.lasting()
          ? QueueException.fixSettings(message)
          : QueueException.retryLater(message, embedded);
    }
    Optional<SQLException> sql = SqlFailures.in(failure);
    return sql.isPresent()
        ? from(sql.get(), server, names)
        : QueueException.retryLater(server + " failed: " + failure, failure);
  }

  private static QueueException from(SQLException failure, String server, Names names) {
    String state = SqlFailures.code(failure);
    String said = server + ": " + SqlFailures.said(failure) + ". ";
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "28" -> QueueException.fixSettings(said + "Check POSTGRES_USER and POSTGRES_PASSWORD.");
      case "3D" -> QueueException.fixSettings(said + "Check the end of POSTGRES_URL.");
      case "42", "3F" -> QueueException.fixSettings(said + advice(state, names));
      case "22", "54" ->
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
      default -> {
        String standby = "Is it a standby? POSTGRES_URL must name the primary.";
        String hint = state.equals(SqlFailures.READ_ONLY) ? standby : "";
        yield QueueException.retryLater((said + hint).strip(), failure);
      }
    };
  }

  private static String advice(String state, Names names) {
    return state.equals(SqlFailures.NO_RIGHT)
        ? "The user needs the rights select, insert and update on %s and %s: grant them, or set"
                .formatted(names.table(), names.comments())
            + " POSTGRES_USER to a user who has them."
        : "Check POSTGRES_TABLE and the columns that the settings name.";
  }
}
