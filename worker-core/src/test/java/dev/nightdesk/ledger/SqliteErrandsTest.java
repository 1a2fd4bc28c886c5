package dev.nightdesk.ledger;

import java.util.Optional;

class SqliteErrandsTest extends ErrandsContract {
  @Override
  Optional<String> freshDatabase() {
    return Optional.empty();
  }
}
