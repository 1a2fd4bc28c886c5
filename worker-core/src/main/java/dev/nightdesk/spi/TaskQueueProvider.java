package dev.nightdesk.spi;

import java.time.Duration;
import java.util.List;

/**
 * Makes a queue from settings. Found by {@link java.util.ServiceLoader}; constructing one costs
 * nothing and never fails.
 */
public interface TaskQueueProvider {

  /** Whom a worker obeys where {@code WORKER_AUTHORS} is not set. */
  enum Trust {
    /** The token's own user. */
    OWNER,
    /** Everybody who can write to the queue is inside already. */
    ANYONE,
    /** Nobody can be assumed: the user has to name them. */
    MUST_BE_NAMED
  }

  /** The name that {@code WORKER_QUEUE} chooses it by: lower case letters, digits, hyphens. */
  String name();

  /** Every setting it reads, in the order in which a person should see them. */
  List<Setting<?>> settings();

  /** What is wrong with values that are each right by themselves; one sentence each. */
  default List<String> problems(Values values) {
    return List.of();
  }

  /** Whom a worker obeys where the user did not say. */
  default Trust trust(Values values) {
    return Trust.OWNER;
  }

  /** How often to ask where {@code WORKER_POLL_INTERVAL} is not set. */
  default Duration pollInterval() {
    return Duration.ofSeconds(30);
  }

  /** Opens the queue; does not talk to the service, so it works while the service is down. */
  TaskQueue open(Values values, Desk desk);
}
