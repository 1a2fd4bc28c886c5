package dev.nightdesk.ledger;

import java.util.Optional;

/** The newest line of this home's audit log, so that a cut tail shows. */
public final class Heads {
  private final Database database;
  private final String homeId;

  Heads(Database database, String homeId) {
    this.database = database;
    this.homeId = homeId;
  }

  public record Head(long lines, String sha256) {}

  public Optional<Head> get() {
    return database.each(handle ->
        handle
            .createQuery("select lines, sha256 from head where home_id = :home")
            .bind("home", homeId)
            .map((row, context) -> new Head(row.getLong("lines"), row.getString("sha256")))
            .findOne());
  }

  /** Ignored where more lines are known already: processes write here in any order. */
  public void put(long lines, String sha256) {
    database.loosely(handle ->
        handle
            .createUpdate(
                """
                insert into head (home_id, lines, sha256) values (:home, :lines, :sha256)
                on conflict (home_id) do update
                  set lines = excluded.lines, sha256 = excluded.sha256
                  where head.lines < excluded.lines\
                """)
            .bind("home", homeId)
            .bind("lines", lines)
            .bind("sha256", sha256)
            .execute());
  }
}
