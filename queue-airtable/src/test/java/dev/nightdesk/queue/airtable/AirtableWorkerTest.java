package dev.nightdesk.queue.airtable;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerContract;

/** A worker on a table does what a person expects. */
class AirtableWorkerTest extends WorkerContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new AirtableFixture();
  }
}
