package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteArrivalsTest extends ArrivalsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
