package dev.nightdesk.queue.linear;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.workertest.WorkerDeathContract;

/** Worker processes on a Linear team that die at every step. */
@Thorough
class LinearCrashTest extends WorkerDeathContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new LinearFixture();
  }
}
