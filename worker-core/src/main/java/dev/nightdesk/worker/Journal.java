package dev.nightdesk.worker;

import dev.nightdesk.audit.AuditException;
import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes audit lines, each once, and those that an earlier process could not write. */
final class Journal {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final int MANY = 50;

  private final Queue<Line> written = new ConcurrentLinkedQueue<>();
  private final AuditLog audit;
  private final Ledger ledger;
  private final Alarm alarm;
  private final Step.Listener steps;

  private record Line(TaskKey key, String runId) {}

  Journal(Office office, Alarm alarm) {
    this.audit = office.audit();
    this.ledger = office.ledger();
    this.alarm = alarm;
    this.steps = office.steps();
  }

  /**
   * Writes a run's line; where that does not work it is written later.
   *
   * @param perhapsThere whether {@link #catchUp} may have been faster, since the run's end was long
   *     in the ledger before its thread knew
   */
  void write(TaskKey key, String runId, String recordJson, boolean perhapsThere) {
    try {
      if (perhapsThere) {
        appendOnce(runId, recordJson);
      } else {
        audit.append(recordJson);
      }
      steps.reached(Step.RECORDED, key);
      written.add(new Line(key, runId));
      if (written.size() >= MANY) {
        settle();
      }
    } catch (AuditException | LedgerException e) {
      alarm.raise(
          Optional.empty(),
          "The audit line of run " + runId + " will be written later. " + e.getMessage());
    }
  }

  private synchronized void appendOnce(String runId, String recordJson) {
    if (!audit.contains(runId)) {
      audit.append(recordJson);
    }
  }

  /**
   * Notes in the ledger which lines are written. Several at once: for what is not noted when the
   * worker dies, the next one looks into the audit log.
   */
  private void settle() {
    List<Line> settled = new ArrayList<>();
    for (Line next = written.poll(); next != null; next = written.poll()) {
      settled.add(next);
    }
    if (!settled.isEmpty()) {
      ledger.runs().recorded(settled.stream().map(Line::runId).toList());
      settled.forEach(line -> steps.reached(Step.NOTED, line.key()));
    }
  }

  /** The next worker finds out by itself what cannot be noted now. */
  void close() {
    audit.settle();
    try {
      settle();
    } catch (LedgerException away) {
      log.warn("some audit lines are not noted as written: {}", away.getMessage());
    }
  }

  /** Writes what is missing of this home's runs. */
  void catchUp() {
    settle();
    for (RunRow run : ledger.runs().unrecorded(ledger.homeId())) {
      run.recordJson().ifPresent(record -> appendOnce(run.runId(), record));
      written.add(new Line(run.key(), run.runId()));
    }
    settle();
  }
}
