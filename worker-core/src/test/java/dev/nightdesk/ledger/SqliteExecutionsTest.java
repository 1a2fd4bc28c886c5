package dev.nightdesk.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

class SqliteExecutionsTest extends ExecutionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }

  @Override
  void sql(String statement) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + home.resolve("ledger.db"));
        Statement made = connection.createStatement()) {
      made.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
