package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresPruningTest extends PruningContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
