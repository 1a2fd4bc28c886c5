package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerDeathContract;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** Worker processes on the default tables that die at every step. */
@ExtendWith(TestServer.class)
class PostgresCrashTest extends WorkerDeathContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    TestDatabase database = new TestDatabase();
    try (TaskQueue first = database.queue()) {
      first.poll(Optional.empty());
    }
    return new PostgresFixture(database);
  }
}
