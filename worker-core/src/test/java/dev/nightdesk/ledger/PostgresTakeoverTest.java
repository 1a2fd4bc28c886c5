package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresTakeoverTest extends TakeoverContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
