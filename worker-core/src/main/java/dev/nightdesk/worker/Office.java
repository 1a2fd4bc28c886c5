package dev.nightdesk.worker;

import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Timings;
import java.time.InstantSource;

/** What all workers of a process share. */
public record Office(
    Ledger ledger,
    AuditLog audit,
    Alerts alerts,
    Redaction redaction,
    Timings timings,
    InstantSource clock,
    Step.Listener steps) {

  /** An office whose steps nobody listens to. */
  public Office(
      Ledger ledger,
      AuditLog audit,
      Alerts alerts,
      Redaction redaction,
      Timings timings,
      InstantSource clock) {
    this(ledger, audit, alerts, redaction, timings, clock, (step, key) -> {});
  }
}
