package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresExecutionsTest extends ExecutionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
