package dev.nightdesk.queue.todoist;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerContract;

/** A worker on a Todoist project does what a person expects. */
class TodoistWorkerTest extends WorkerContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new TodoistFixture();
  }
}
