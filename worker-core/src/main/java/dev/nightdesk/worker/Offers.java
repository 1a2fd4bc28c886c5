package dev.nightdesk.worker;

import dev.nightdesk.gate.StopFile;
import dev.nightdesk.ledger.Executions;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import java.nio.file.Path;

/** Has tasks carried: those with something to deliver, and as many ready ones as there is room. */
final class Offers {
  private static final int SPARE = 16;

  private final WorkerSpec spec;
  private final Ledger ledger;
  private final Executions executions;
  private final Path stopFile;

  Offers(WorkerSpec spec, Ledger ledger, Executions executions, Path stopFile) {
    this.spec = spec;
    this.ledger = ledger;
    this.executions = executions;
    this.stopFile = stopFile;
  }

  /** Answers how many were offered. */
  int make() {
    int offered = 0;
    for (TaskKey key : ledger.outbox().due(spec.name())) {
      offered += executions.offer(key, Integer.MAX_VALUE) ? 1 : 0;
    }
    // A few more than there is room for, so that no seat waits for the next look; and not one by
    // one, since every look costs some queries.
    int most = 2 * spec.concurrency() + SPARE;
    int room = most - executions.waiting();
    if (room < most / 2 || startsNothing()) {
      return offered;
    }
    return offered + executions.offer(ledger.tasks().ready(spec.name(), room));
  }

  /** The gate says no then, too; this only saves it from being asked for every task. */
  private boolean startsNothing() {
    return StopFile.isThere(stopFile)
        || ledger.clockOff().isPresent()
        || ledger.switches().stopped(spec.name()).isPresent()
        || ledger.switches().workerHold(spec.name()).isPresent();
  }
}
