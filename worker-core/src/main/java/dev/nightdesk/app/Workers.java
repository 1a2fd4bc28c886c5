package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.TaskQueue;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes workers, and their queues and agents, of what the user set. */
@Singleton
final class Workers {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  private final Settings settings;
  private final DeskSettings desk;
  private final Adapters adapters;
  private final Opened opened;
  private final InstantSource clock;

  @Inject
  Workers(
      Settings settings, DeskSettings desk, Adapters adapters, Opened opened, InstantSource clock) {
    this.settings = settings;
    this.desk = desk;
    this.adapters = adapters;
    this.opened = opened;
    this.clock = clock;
  }

  /** Those whose names are given, or all; says what in their settings is read by nothing. */
  List<ConfiguredWorker> configured(Collection<String> names) {
    List<ConfiguredWorker> workers = settings.workers(adapters, names);
    settings.warnings(adapters).forEach(LOG::warn);
    return workers;
  }

  /** The one that is named, or the only one. */
  ConfiguredWorker one(Optional<String> name) {
    if (name.isEmpty() && desk.workers().size() > 1) {
      throw new UserException(
          "There are several workers. Say which with --worker: "
              + desk.workers().stream().map(w -> w.text()).collect(Collectors.joining(", ")));
    }
    return configured(name.stream().toList()).get(0);
  }

  TaskQueue queueOf(ConfiguredWorker worker) {
    TaskQueue queue = worker.queue().provider().open(worker.values(), desk(worker));
    opened.add(queue::close);
    return queue;
  }

  AgentRunner agentOf(ConfiguredWorker worker) {
    AgentRunner agent = worker.agent().provider().open(worker.values(), desk(worker));
    opened.add(agent::close);
    return agent;
  }

  private Desk desk(ConfiguredWorker worker) {
    return new Desk(worker.name().text(), desk.home(), clock);
  }
}
