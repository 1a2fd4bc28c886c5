package dev.nightdesk.ledger;

import java.util.function.BooleanSupplier;

/**
 * Picks only executions that have something to do without an agent, and only while no seat is free
 * for them: what a dead worker left, and what is still to be delivered.
 */
final class ErrandPicks extends Picks {
  private final BooleanSupplier allSeatsTaken;

  ErrandPicks(Picks seats, BooleanSupplier allSeatsTaken) {
    super(seats);
    this.allSeatsTaken = allSeatsTaken;
  }

  @Override
  boolean looks() {
    return super.looks() && allSeatsTaken.getAsBoolean();
  }

  /** A task that is due and that nobody carries is running in the ledger only. */
  @Override
  String which() {
    return """
    and task_instance in (
      select id from task where worker = :worker and state = 'RUNNING' and state <> 'AWAY'
      union all select task_id from entry where worker = :worker and done_at is null)\
    """;
  }
}
