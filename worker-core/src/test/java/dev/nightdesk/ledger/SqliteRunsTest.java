package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteRunsTest extends RunsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
