package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresSightTest extends SightContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
