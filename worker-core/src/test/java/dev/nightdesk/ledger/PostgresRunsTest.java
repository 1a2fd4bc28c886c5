package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresRunsTest extends RunsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
