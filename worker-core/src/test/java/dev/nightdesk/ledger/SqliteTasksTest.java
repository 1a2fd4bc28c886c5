package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteTasksTest extends TasksContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
