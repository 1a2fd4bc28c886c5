package dev.nightdesk.ledger;

import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the tables up to date. Flyway is loaded only where there is something to do. */
final class Schema {
  /** The newest migration of this build; a test holds it to the files. */
  static final int NEWEST = 3;

  private static final String TABLE = "nightdesk_migrations";

  private Schema() {}

  static void bringUpToDate(Database database) {
    if (versionOf(database) < NEWEST) {
      migrate(database);
    }
  }

  /** 0 where there are no tables yet. A newer one than ours is fine: it only adds. */
  private static int versionOf(Database database) {
    try {
      return database.each(handle ->
          handle
              .createQuery(
                  "select version from "
                      + TABLE
                      + " where success order by installed_rank desc limit 1")
              .mapTo(Integer.class)
              .findOne()
              .orElse(0));
    } catch (LedgerException e) {
      if (tableIsMissing(e)) {
        return 0;
      }
      throw e;
    }
  }

  private static boolean tableIsMissing(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SQLException e
          && ("42P01".equals(e.getSQLState())
              || String.valueOf(e.getMessage()).contains("no such table"))) {
        return true;
      }
    }
    return false;
  }

  private static void migrate(Database database) {
    FluentConfiguration flyway =
        Flyway.configure().table(TABLE).dataSource(database.migrationUrl(), null, null);
    if (database.isPostgres()) {
      flyway
          .locations("classpath:db/ledger/postgresql")
          .defaultSchema(Database.schemaOf(database.migrationUrl()));
    } else {
      flyway.locations("classpath:db/ledger/sqlite");
    }
    try {
      flyway.load().migrate();
    } catch (FlywayException e) {
      throw LedgerException.of(e, database.place());
    }
  }
}
