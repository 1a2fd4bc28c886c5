package dev.nightdesk.ledger;

import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

class PostgresVersionsTest extends VersionsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.of(Databases.freshPostgres());
  }

  @Override
  FluentConfiguration emptyDatabase() {
    url = Optional.of(Databases.emptyPostgres());
    return Flyway.configure()
        .dataSource(url.get(), null, null)
        .locations("classpath:db/ledger/postgresql")
        .defaultSchema("nightdesk");
  }
}
