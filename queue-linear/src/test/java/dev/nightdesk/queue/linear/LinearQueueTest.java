package dev.nightdesk.queue.linear;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.TaskQueueContract;

/** A Linear team keeps to the contract of every queue. */
class LinearQueueTest extends TaskQueueContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new LinearFixture();
  }
}
