package dev.nightdesk.settings;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One worker whose settings are right.
 *
 * @param name its name
 * @param queue where its tasks come from
 * @param agent what does the work
 * @param values its settings, those of its queue and those of its agent
 */
public record ConfiguredWorker(
    WorkerName name,
    Adapter<TaskQueueProvider> queue,
    Adapter<AgentRunnerProvider> agent,
    Values values) {
  public ConfiguredWorker {
    Objects.requireNonNull(name);
    Objects.requireNonNull(values);
  }

  /** Whom it obeys. */
  public AuthorRule authors() {
    return values
        .find(WorkerSettings.AUTHORS)
        .orElseGet(() ->
            switch (queue.provider().trust(values)) {
              case OWNER -> AuthorRule.OWN_USER;
              case ANYONE -> AuthorRule.EVERYBODY;
              case MUST_BE_NAMED ->
                  throw new IllegalStateException("checked before: authors must be named");
            });
  }

  /** The time between two polls. */
  public Duration pollInterval() {
    return values
        .find(WorkerSettings.POLL_INTERVAL)
        .orElseGet(() -> queue.provider().pollInterval());
  }

  /** The longest time without a sign of life; empty = no such limit. */
  public Optional<Duration> idleLimit() {
    return values
        .find(WorkerSettings.IDLE_LIMIT)
        .or(() -> agent.provider().idleLimit())
        .filter(limit -> !limit.isZero());
  }
}
