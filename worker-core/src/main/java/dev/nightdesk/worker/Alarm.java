package dev.nightdesk.worker;

import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Switches;
import dev.nightdesk.ledger.TaskKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a person: a row in the ledger, a line in the log, and wherever alerts go beside that. */
final class Alarm {
  private static final Logger log = LoggerFactory.getLogger(Alarm.class);

  /** Ends the hold of a worker whose queue refused it: by itself, once the queue does not. */
  static final String QUEUE_REFUSES =
      "Repair it; the worker goes on by itself when its queue answers again.";

  private final String worker;
  private final Switches switches;
  private final Alerts alerts;
  private final Redaction redaction;

  Alarm(String worker, Office office) {
    this.worker = worker;
    this.switches = office.ledger().switches();
    this.alerts = office.alerts();
    this.redaction = office.redaction();
  }

  void raise(Optional<TaskKey> key, String text) {
    String clean = redaction.conceal(text);
    log.error(
        "{}worker={} {}", key.map(it -> "task_id=" + it.id() + " ").orElse(""), worker, clean);
    try {
      switches.alert(key, worker, clean);
    } catch (LedgerException unreachable) {
      log.warn("worker={} the alert is not in the ledger: {}", worker, unreachable.getMessage());
    }
    alerts.raise(worker, key, clean);
  }

  /** The worker waits for a person; told once. */
  void holdWorker(Optional<TaskKey> key, String reason) {
    holdWorker(key, reason, "Repair it, then run `nightdesk resume --worker " + worker + "`.");
  }

  /** The worker's queue refuses it. The poll that it does not refuse any more ends the hold. */
  void holdForQueue(String reason) {
    holdWorker(Optional.empty(), reason, QUEUE_REFUSES);
  }

  private void holdWorker(Optional<TaskKey> key, String reason, String release) {
    if (switches.holdWorker(worker, redaction.conceal(reason), release)) {
      raise(key, "Worker " + worker + " is held: " + Remarks.sentence(reason) + " " + release);
    }
  }
}
