package dev.nightdesk.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

class SqliteVersionsTest extends VersionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }

  @Override
  FluentConfiguration emptyDatabase() throws IOException {
    home = Files.createDirectory(folder.resolve("old"));
    return Flyway.configure()
        .dataSource("jdbc:sqlite:" + home.resolve("ledger.db"), null, null)
        .locations("classpath:db/ledger/sqlite");
  }
}
