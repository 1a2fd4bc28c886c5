package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresStartsTest extends StartsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
