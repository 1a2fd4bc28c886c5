package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteStartsTest extends StartsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
