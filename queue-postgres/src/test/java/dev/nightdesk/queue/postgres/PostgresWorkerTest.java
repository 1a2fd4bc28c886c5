package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerContract;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker on the default tables does what a person expects. */
@ExtendWith(TestServer.class)
class PostgresWorkerTest extends WorkerContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    TestDatabase database = new TestDatabase();
    try (TaskQueue first = database.queue()) {
      first.poll(Optional.empty());
    }
    return new PostgresFixture(database);
  }
}
