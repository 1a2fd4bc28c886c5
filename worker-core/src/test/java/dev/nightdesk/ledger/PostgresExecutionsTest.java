package dev.nightdesk.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

class PostgresExecutionsTest extends ExecutionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }

  @Override
  void sql(String statement) {
    try (Connection connection =
            DriverManager.getConnection(url.orElseThrow() + "&currentSchema=nightdesk");
        Statement made = connection.createStatement()) {
      made.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
