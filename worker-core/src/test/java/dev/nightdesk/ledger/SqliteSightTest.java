package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteSightTest extends SightContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
