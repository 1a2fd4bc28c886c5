package dev.nightdesk.queue.postgres.tables;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL's error codes mean. */
public final class SqlFailures {
  /** The code of what is read-only at present, such as a standby. */
  public static final String READ_ONLY = "25006";

  /** The code of what this user may not do. */
  public static final String NO_RIGHT = "42501";

  private static final Set<String> IMPOSSIBLE_VALUE = Set.of("22P02", "22003", "22007", "22008");

  private SqlFailures() {}

  /** The deepest one, which says why: libraries wrap it in failures of their own. */
  public static Optional<SQLException> in(Throwable failure) {
    Optional<SQLException> found = Optional.empty();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        found = Optional.of(sql);
      }
    }
    return found;
  }

  /** PostgreSQL's code, or nothing where it did not come to that. */
  public static String code(SQLException failure) {
    return Optional.ofNullable(failure.getSQLState()).orElse("");
  }

  private static String codeIn(Throwable failure) {
    return in(failure).map(SqlFailures::code).orElse("");
  }

  /** Whether the server said that a text cannot be a value of the column's type. */
  public static boolean impossibleValue(Throwable failure) {
    return IMPOSSIBLE_VALUE.contains(codeIn(failure));
  }

  /** Whether the server said that this user may not do that. */
  public static boolean noRight(Throwable failure) {
    return codeIn(failure).equals(NO_RIGHT);
  }

  /** Whether what we know of the server and its tables may be out of date. */
  public static boolean unsettling(Throwable failure) {
    String code = codeIn(failure);
    return code.isEmpty() || code.matches("(08|0A|25|26|28|3D|3F|42|53|57).*");
  }

  /** The server's sentence without its details, which may hold a row; or the driver's. */
  public static String said(SQLException failure) {
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
