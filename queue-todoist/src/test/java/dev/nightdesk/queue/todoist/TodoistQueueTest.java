package dev.nightdesk.queue.todoist;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.TaskQueueContract;

/** Todoist keeps to the contract of every queue. */
class TodoistQueueTest extends TaskQueueContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new TodoistFixture();
  }
}
