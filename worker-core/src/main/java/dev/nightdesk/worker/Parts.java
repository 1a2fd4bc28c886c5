package dev.nightdesk.worker;

import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.worker.Worker.Ended;

/** What every run of a worker uses. */
record Parts(
    Office office,
    Watch watch,
    Alarm alarm,
    Deliveries deliveries,
    Journal journal,
    Records records,
    Kept kept,
    Takeover takeover,
    Reports reports) {

  /** Hears what becomes of tasks. Any thread. */
  interface Reports {
    void ended(Ended run);

    void held(TaskKey key);
  }

  static Parts of(WorkerSpec spec, Office office, Watch watch, Reports reports) {
    Alarm alarm = new Alarm(spec.name(), office);
    Journal journal = new Journal(office, alarm);
    Records records = new Records(spec, office.redaction(), office.ledger().host());
    Kept kept = new Kept(new Workspaces(spec.surroundings().home()));
    return new Parts(
        office,
        watch,
        alarm,
        new Deliveries(spec.queue(), alarm, office),
        journal,
        records,
        kept,
        new Takeover(spec.queue(), records, journal, kept, office),
        reports);
  }

  void reached(Step step, TaskKey key) {
    office.steps().reached(step, key);
  }

  String host() {
    return office.ledger().host();
  }
}
