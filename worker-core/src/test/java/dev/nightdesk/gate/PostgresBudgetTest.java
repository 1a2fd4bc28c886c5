package dev.nightdesk.gate;

import dev.nightdesk.ledger.Databases;
import java.util.Optional;

class PostgresBudgetTest extends BudgetContract {
  @Override
  Optional<String> database() {
    return Optional.of(Databases.freshPostgres());
  }
}
