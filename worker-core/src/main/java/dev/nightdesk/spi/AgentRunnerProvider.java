package dev.nightdesk.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes an agent from settings. Found by {@link java.util.ServiceLoader}; constructing one costs
 * nothing and never fails.
 */
public interface AgentRunnerProvider {

  /** The name that {@code WORKER_AGENT} chooses it by: lower case letters, digits, hyphens. */
  String name();

  /** Every setting it reads, in the order in which a person should see them. */
  List<Setting<?>> settings();

  /** What is wrong with values that are each right by themselves; one sentence each. */
  default List<String> problems(Values values) {
    return List.of();
  }

  /** The idle limit where {@code WORKER_IDLE_LIMIT} is not set; empty = none. */
  default Optional<Duration> idleLimit() {
    return Optional.of(Duration.ofMinutes(10));
  }

  /** Opens the agent; starts nothing. */
  AgentRunner open(Values values, Desk desk);
}
