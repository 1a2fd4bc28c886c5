package dev.nightdesk.ledger;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * The ledger's database is unreachable or broken; the message says in plain words what to do, and
 * never repeats a statement's values.
 */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Set<String> AWAY =
      Set.of("57P01", "57P02", "57P03", "53300", "25P03", "57P05");

  private final String message;

  public LedgerException(String message) {
    super(message);
    this.message = message;
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  static LedgerException of(Throwable thrown, String place) {
    SQLException root = rootOf(thrown);
    return new LedgerException(words(thrown, root, place), thrown);
  }

  /** The deepest one: what wraps it tells of pools and statements. */
  private static @Nullable SQLException rootOf(Throwable thrown) {
    SQLException found = null;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SQLException e && !(e instanceof SQLTransientConnectionException)) {
        found = e;
      } else if (t instanceof SQLException e && found == null) {
        found = e;
      }
    }
    return found;
  }

  private static String words(Throwable thrown, @Nullable SQLException root, String place) {
    if (root == null) {
      return "The ledger " + place + " cannot be used: " + firstLine(thrown);
    }
    return root instanceof SQLiteException e ? sqlite(e, place) : postgres(root, place);
  }

  private static String sqlite(SQLiteException e, String file) {
    String name = e.getResultCode().name();
    if (name.startsWith("SQLITE_FULL") || name.contains("IOERR_WRITE")) {
      return "The disk is full: the ledger " + file + " cannot grow. Free some space.";
    }
    if (name.startsWith("SQLITE_READONLY")
        || name.startsWith("SQLITE_CANTOPEN")
        || name.startsWith("SQLITE_PERM")) {
      return "The ledger "
          + file
          + " cannot be written. Make it and its folder writable for you, or set NIGHTDESK_HOME.";
    }
    if (name.startsWith("SQLITE_CORRUPT") || name.startsWith("SQLITE_NOTADB")) {
      return "The ledger "
          + file
          + " is damaged. Move it away and restore a copy, or start with a new one.";
    }
    if (name.startsWith("SQLITE_BUSY") || name.startsWith("SQLITE_LOCKED")) {
      return "Another process keeps the ledger "
          + file
          + " locked for more than 10 s. Look for a nightdesk that is stopped or hangs.";
    }
    return "The ledger " + file + " cannot be used: " + firstLine(e);
  }

  private static String postgres(SQLException e, String place) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.startsWith("28")) {
      return "The ledger's database "
          + place
          + " refuses the user. Check user and password in NIGHTDESK_DATABASE_URL.";
    }
    if (state.equals("3D000")) {
      return "The ledger's database " + place + " does not exist. Create it, empty.";
    }
    if (state.equals("42501")) {
      return "The user may not create the ledger's tables in "
          + place
          + ". Grant CREATE on the database, or name a schema of yours with ?currentSchema=NAME"
          + " in NIGHTDESK_DATABASE_URL.";
    }
    if (state.startsWith("08")
        || AWAY.contains(state)
        || e instanceof SQLTransientConnectionException) {
      return "The ledger's database "
          + place
          + " cannot be reached: "
          + firstLine(e)
          + ". Check that it runs and that NIGHTDESK_DATABASE_URL is right.";
    }
    return "The ledger's database " + place + " refused: " + firstLine(e);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = message.lines().findFirst().orElse("");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
