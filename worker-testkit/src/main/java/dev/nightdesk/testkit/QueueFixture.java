package dev.nightdesk.testkit;

import dev.nightdesk.spi.TaskQueue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A service with an empty queue for one test of {@link TaskQueueContract}: the real service on
 * loopback, or a canned one that keeps what it is told.
 */
public interface QueueFixture extends AutoCloseable {

  /** Where the service listens. */
  InetSocketAddress address();

  /**
   * Opens the queue as one worker would. Called several times in a test, it opens several workers
   * on the same tasks that know nothing of each other.
   *
   * @param through where to reach the service: {@link #address()}, or a {@link FaultProxy} before
   *     it
   */
  TaskQueue open(InetSocketAddress through) throws Exception;

  /**
   * As {@link #open}, with the shortest time limits that the adapter can be given: tests wait for
   * them to pass.
   */
  TaskQueue openImpatient(InetSocketAddress through) throws Exception;

  /**
   * The settings with which the program itself finds the queue, by the names of their variables.
   *
   * @param through where to reach the service, as in {@link #open}
   */
  Map<String, String> settings(InetSocketAddress through);

  /** Somebody who uses the service as well. */
  Person person();

  /** What this queue can do. */
  Set<Ability> abilities();

  /**
   * A text that only the request holds with which a delivery or claim takes effect, such as {@code
   * COMMIT} or the path of an API's method; what comes back is lost on the way.
   */
  String decisiveRequest();

  /** The service, where it is a canned one, so that a test can have it answer otherwise. */
  default Optional<CannedService> canned() {
    return Optional.empty();
  }

  /** How long a call may take until it fails while the service is broken. */
  default Duration bound() {
    return Duration.ofSeconds(20);
  }

  /** Releases what the fixture holds; the queues are closed already. */
  @Override
  default void close() throws IOException {}
}
