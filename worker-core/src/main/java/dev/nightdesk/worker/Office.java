package dev.nightdesk.worker;

import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Timings;
import java.time.InstantSource;

/**
 * What all workers of a process share.
 *
 * @param steps does nothing but in tests
 */
public record Office(
    Ledger ledger,
    AuditLog audit,
    Alerts alerts,
    Redaction redaction,
    Timings timings,
    Step.Listener steps) {

  /** The ledger's time. */
  public InstantSource clock() {
    return ledger.clock();
  }
}
