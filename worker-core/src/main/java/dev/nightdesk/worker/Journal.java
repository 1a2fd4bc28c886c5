package dev.nightdesk.worker;

import dev.nightdesk.audit.AuditException;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunRow;
import java.util.Optional;

/** Writes audit lines, each once, and those that an earlier process could not write. */
final class Journal {
  private final AuditLog audit;
  private final Ledger ledger;
  private final Alarm alarm;

  Journal(Office office, Alarm alarm) {
    this.audit = office.audit();
    this.ledger = office.ledger();
    this.alarm = alarm;
  }

  /** Writes a run's line; where that does not work it is written later. */
  void write(String runId, String recordJson) {
    try {
      audit.append(recordJson);
      ledger.runs().recorded(runId);
    } catch (AuditException | LedgerException e) {
      alarm.raise(
          Optional.empty(),
          "The audit line of run " + runId + " will be written later. " + e.getMessage());
    }
  }

  /** Writes what is missing of this home's runs. */
  void catchUp() {
    Runs runs = ledger.runs();
    for (RunRow run : runs.unrecorded(ledger.homeId())) {
      if (run.recordJson().isPresent() && !audit.contains(run.runId())) {
        audit.append(run.recordJson().get());
      }
      runs.recorded(run.runId());
    }
  }
}
