package dev.nightdesk.queue.airtable;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.workertest.WorkerDeathContract;

/** Worker processes on a table that die at every step. */
@Thorough
class AirtableCrashTest extends WorkerDeathContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new AirtableFixture();
  }
}
