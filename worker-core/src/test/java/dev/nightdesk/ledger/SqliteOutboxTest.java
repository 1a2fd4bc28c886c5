package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteOutboxTest extends OutboxContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
