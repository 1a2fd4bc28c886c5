package dev.nightdesk.gate;

import dev.nightdesk.ledger.Runs.RunTicket;
import java.time.Instant;

/** The gate's answer. */
public sealed interface Decision {

  /** The run has begun in the ledger and its money is reserved. */
  record Go(RunTicket ticket) implements Decision {}

  /** Not now; nothing is said on the task. */
  record Wait(String reason, Instant until) implements Decision {}

  /** Not on this machine now; another may. */
  record Elsewhere() implements Decision {}

  /** Not until a person releases it, which the task is told. */
  record Hold(String reason, String release) implements Decision {}
}
