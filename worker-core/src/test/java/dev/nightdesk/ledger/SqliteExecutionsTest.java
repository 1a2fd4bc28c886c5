package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteExecutionsTest extends ExecutionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
