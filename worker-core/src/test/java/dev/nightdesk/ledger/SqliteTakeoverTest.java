package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteTakeoverTest extends TakeoverContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
