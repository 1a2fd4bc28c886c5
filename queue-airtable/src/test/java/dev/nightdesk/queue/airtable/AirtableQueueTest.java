package dev.nightdesk.queue.airtable;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.TaskQueueContract;

/** A table keeps to the contract of every queue. */
class AirtableQueueTest extends TaskQueueContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new AirtableFixture();
  }
}
