package dev.nightdesk.ledger;

import java.util.Optional;

class PostgresTasksTest extends TasksContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }
}
