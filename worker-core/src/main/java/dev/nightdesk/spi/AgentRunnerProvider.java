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

  /**
   * Whether it tells the toolkit which service its model has, so that {@code WORKER_NETWORK=model}
   * has a meaning.
   */
  default boolean callsOneModel() {
    return true;
  }

  /**
   * A line of {@code transcript.jsonl} as {@code nightdesk logs} shows it: what the agent said or
   * did, in plain words.
   *
   * @param transcriptLine as the agent, or the adapter, wrote it; possibly cut off or broken
   * @return empty where there is nothing in it for a person
   */
  default Optional<String> inWords(String transcriptLine) {
    return Optional.of(transcriptLine);
  }

  /** Opens the agent; starts nothing. */
  AgentRunner open(Values values, Desk desk);
}
