package dev.nightdesk.queue.todoist;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.workertest.WorkerDeathContract;

/** Worker processes on a Todoist project that die at every step. */
@Thorough
class TodoistCrashTest extends WorkerDeathContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new TodoistFixture();
  }
}
