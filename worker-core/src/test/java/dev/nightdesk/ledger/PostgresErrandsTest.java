package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresErrandsTest extends ErrandsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
