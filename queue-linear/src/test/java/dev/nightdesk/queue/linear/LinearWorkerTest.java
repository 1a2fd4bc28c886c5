package dev.nightdesk.queue.linear;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerContract;

/** A worker on a Linear team does what a person expects. */
class LinearWorkerTest extends WorkerContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new LinearFixture();
  }
}
