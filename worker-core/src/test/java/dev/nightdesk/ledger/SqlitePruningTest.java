package dev.nightdesk.ledger;

import java.util.Optional;

class SqlitePruningTest extends PruningContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
