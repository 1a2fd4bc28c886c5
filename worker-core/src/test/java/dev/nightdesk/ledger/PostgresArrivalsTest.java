package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresArrivalsTest extends ArrivalsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
