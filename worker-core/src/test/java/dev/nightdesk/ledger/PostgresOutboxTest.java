package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresOutboxTest extends OutboxContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
