package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.TaskQueueContract;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** The default tables keep to the contract of every queue. */
@ExtendWith(TestServer.class)
class PostgresQueueTest extends TaskQueueContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    TestDatabase database = new TestDatabase();
    try (TaskQueue first = database.queue()) {
      first.poll(Optional.empty());
    }
    return new PostgresFixture(database);
  }
}
