package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import dev.nightdesk.gate.Bounds;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.AuthorRule;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.settings.WorkerSettings;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.Values;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.WorkerSpec;
import dev.nightdesk.worker.WorkerSpec.Authors;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import dev.nightdesk.worker.WorkerSpec.Expected;
import dev.nightdesk.worker.WorkerSpec.Registry;
import dev.nightdesk.worker.WorkerSpec.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
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
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final long TRANSCRIPT_BYTES = 64L << 20;

  /** What every agent may see of our environment; HOME and TMPDIR are each run's own. */
  private static final List<String> VISIBLE =
      List.of(
          "PATH",
          "LANG",
          "TERM",
          "TZ",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "NODE_EXTRA_CA_CERTS",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO");

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

  /** The workers themselves, to be set to work. */
  List<Worker> open(Collection<String> names, Office office) {
    List<WorkerSpec> specs = configured(names).stream().map(this::spec).toList();
    specs.stream()
        .filter(spec -> !spec.surroundings().sandbox())
        .forEach(spec ->
            LOG.warn(
                "Worker {} runs its agent without a sandbox (WORKER_SANDBOX=off).", spec.name()));
    List<Worker> open = specs.stream().map(spec -> new Worker(spec, office)).toList();
    open.forEach(worker -> opened.add(worker::close));
    return open;
  }

  TaskQueue queueOf(ConfiguredWorker worker) {
    TaskQueue queue = worker.queue().provider().open(worker.values(), deskOf(worker));
    opened.add(queue::close);
    return queue;
  }

  AgentRunner agentOf(ConfiguredWorker worker) {
    AgentRunner agent = worker.agent().provider().open(worker.values(), deskOf(worker));
    opened.add(agent::close);
    return agent;
  }

  private Desk deskOf(ConfiguredWorker worker) {
    return new Desk(worker.name().text(), desk.home(), clock);
  }

  WorkerSpec spec(ConfiguredWorker worker) {
    Values values = worker.values();
    return new WorkerSpec(
        worker.name().text(),
        worker.queue().name(),
        queueOf(worker),
        worker.agent().name(),
        agentOf(worker),
        worker.pollInterval(),
        values.get(WorkerSettings.CONCURRENCY),
        limits(worker),
        bounds(values),
        values.find(WorkerSettings.INSTRUCTIONS).map(Path::toAbsolutePath),
        expectations(values),
        authors(worker.authors()),
        surroundings(values),
        new Registry(
            values.find(WorkerSettings.OWNER),
            values.find(WorkerSettings.RUNBOOK),
            values.find(WorkerSettings.PURPOSE)));
  }

  private static RunLimits limits(ConfiguredWorker worker) {
    Values values = worker.values();
    return new RunLimits(
        values.get(WorkerSettings.TIME_LIMIT),
        worker.idleLimit(),
        values.get(WorkerSettings.CALL_LIMIT),
        values.get(WorkerSettings.COST_LIMIT_USD),
        values.get(WorkerSettings.OUTPUT_LIMIT),
        TRANSCRIPT_BYTES);
  }

  private static Bounds bounds(Values values) {
    return new Bounds(
        values.get(WorkerSettings.MAX_ATTEMPTS),
        values.get(WorkerSettings.COST_LIMIT_USD),
        values.get(WorkerSettings.TASK_BUDGET_USD),
        values.find(WorkerSettings.MONTHLY_BUDGET_USD),
        Bounds.LOOP);
  }

  private static Expectations expectations(Values values) {
    return new Expectations(
        values.get(WorkerSettings.REQUIRE_STATUS),
        values.find(WorkerSettings.EXPECT).orElse(List.of()).stream()
            .map(file -> new Expected(file.pattern(), file.minBytes()))
            .toList());
  }

  private static Authors authors(AuthorRule rule) {
    return rule.anyone()
        ? new Authors.Anyone()
        : new Authors.Named(rule.named(), rule.owner(), rule.members());
  }

  private Surroundings surroundings(Values values) {
    List<String> visible = new ArrayList<>(VISIBLE);
    visible.addAll(values.find(WorkerSettings.AGENT_ENV).orElse(List.of()));
    return new Surroundings(
        desk.home(),
        values.get(WorkerSettings.SANDBOX).equals("on"),
        values.find(WorkerSettings.READABLE).orElse(List.of()),
        values.find(WorkerSettings.WRITABLE).orElse(List.of()),
        hidden(),
        settings.pick(visible),
        values.find(WorkerSettings.DIRECTORY),
        values.get(WorkerSettings.TRUST_DIRECTORY),
        values.find(WorkerSettings.OUTPUT_DIRECTORY).map(Path::toAbsolutePath),
        allowance(values));
  }

  private static Allowance allowance(Values values) {
    return new Allowance(
        values.get(WorkerSettings.NETWORK),
        values.get(WorkerSettings.MEMORY_LIMIT),
        values.get(WorkerSettings.PROCESS_LIMIT));
  }

  /** As in a run, but without one. */
  Containment containment(Values values) {
    Surroundings around = surroundings(values);
    return new Containment(
        around.sandbox(),
        around.readable(),
        around.writable(),
        around.hidden(),
        around.environment(),
        SILENCE,
        () -> 0,
        around.allowance());
  }

  /** Homes, our own files, and whatever file held our settings. */
  private List<Path> hidden() {
    List<Path> hidden =
        new ArrayList<>(List.of(Path.of("/home"), Path.of("/root"), Path.of("/Users")));
    hidden.add(Path.of(System.getProperty("user.home")));
    hidden.add(desk.home());
    hidden.addAll(settings.files());
    // A service without a home has / for one.
    return hidden.stream().distinct().filter(path -> path.getParent() != null).toList();
  }
}
