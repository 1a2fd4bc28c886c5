package dev.nightdesk.settings;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.TaskQueueProvider.Trust;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Everything that can be wrong with one worker's settings. */
record WorkerCheck(ReadValues values, WorkerName name, Adapters adapters) {
  static final String FIRST_STEPS =
      """


      Nothing is set yet. To see it work first, without any account: nightdesk demo
      Then copy .env.example to .env and fill it in; nightdesk settings explains every variable.\
      """;

  /** The worker, once there is no problem. */
  ConfiguredWorker worker() {
    return new ConfiguredWorker(name, queue().orElseThrow(), agent().orElseThrow(), values);
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    WorkerSettings.ALL.stream()
        .filter(s -> s != WorkerSettings.QUEUE && s != WorkerSettings.AGENT)
        .flatMap(setting -> values.problem(setting).stream())
        .forEach(problems::add);
    problems.addAll(0, choice(WorkerSettings.AGENT, agentNames()));
    problems.addAll(0, choice(WorkerSettings.QUEUE, queueNames()));
    var queue = queue();
    var agent = agent();
    Stream.concat(
            queue.stream().flatMap(a -> a.settings().stream()),
            agent.stream().flatMap(a -> a.settings().stream()))
        .flatMap(setting -> values.problem(setting).stream())
        .forEach(problems::add);
    if (problems.isEmpty() && queue.isPresent() && agent.isPresent()) {
      problems.addAll(together(queue.get(), agent.get()));
    }
    return problems;
  }

  /** What is wrong with values that are each right by themselves. */
  private List<String> together(
      Adapter<TaskQueueProvider> queue, Adapter<AgentRunnerProvider> agent) {
    List<String> problems = new ArrayList<>();
    problems.addAll(asked(queue, () -> queue.provider().problems(values)));
    problems.addAll(asked(agent, () -> agent.provider().problems(values)));
    problems.addAll(asked(queue, () -> authors(queue)));
    values
        .find(WorkerSettings.INSTRUCTIONS)
        .filter(file -> !Files.isRegularFile(file) || !Files.isReadable(file))
        .ifPresent(file ->
            problems.add(
                used(WorkerSettings.INSTRUCTIONS)
                    + ": there is no file that can be read at "
                    + file));
    directory().ifPresent(problems::add);
    network(agent).ifPresent(problems::add);
    missing(WorkerSettings.READABLE).forEach(problems::add);
    missing(WorkerSettings.WRITABLE).forEach(problems::add);
    exposed(queue).forEach(problems::add);
    budget(WorkerSettings.TASK_BUDGET_USD).ifPresent(problems::add);
    budget(WorkerSettings.MONTHLY_BUDGET_USD).ifPresent(problems::add);
    return problems;
  }

  /** An adapter is somebody else's code: whatever it throws is one more problem. */
  private static List<String> asked(Adapter<?> adapter, Supplier<List<String>> question) {
    try {
      return question.get();
    } catch (RuntimeException | LinkageError broken) {
      return List.of(
          "The adapter '%s' (%s) is broken: %s".formatted(adapter.name(), adapter.jar(), broken));
    }
  }

  private List<String> authors(Adapter<TaskQueueProvider> queue) {
    boolean named = values.variable(WorkerSettings.AUTHORS).isPresent();
    return named || queue.provider().trust(values) != Trust.MUST_BE_NAMED
        ? List.of()
        : List.of(
            "%s is not set. It is the %s; with these settings the queue '%s' cannot tell who you are."
                .formatted(
                    name.described(WorkerSettings.AUTHORS),
                    WorkerSettings.AUTHORS.meaning(),
                    queue.name()));
  }

  private Optional<String> directory() {
    Optional<Path> folder = values.find(WorkerSettings.DIRECTORY);
    if (folder.isEmpty()) {
      return values.get(WorkerSettings.TRUST_DIRECTORY)
          ? Optional.of(
              used(WorkerSettings.TRUST_DIRECTORY)
                  + ": there is no WORKER_DIRECTORY to trust; set it, or take this out")
          : Optional.empty();
    }
    return folder
        .filter(path -> !Files.isDirectory(path) || !Files.isReadable(path))
        .map(path ->
            used(WorkerSettings.DIRECTORY) + ": there is no folder that can be read at " + path);
  }

  private Optional<String> network(Adapter<AgentRunnerProvider> agent) {
    if (!(values.get(WorkerSettings.NETWORK) instanceof Network.Fenced fenced)) {
      return Optional.empty();
    }
    if (!values.get(WorkerSettings.SANDBOX).equals("on")) {
      return Optional.of(
          used(WorkerSettings.NETWORK)
              + ": only the sandbox can fence the network; set it to open, or WORKER_SANDBOX to on");
    }
    return !fenced.model() || !fenced.hosts().isEmpty() || agent.provider().callsOneModel()
        ? Optional.empty()
        : Optional.of(
            "%s: what model the agent '%s' calls is not known; name its host, such as api.example.com, or set none"
                .formatted(used(WorkerSettings.NETWORK), agent.name()));
  }

  private Stream<String> missing(Setting<List<Path>> paths) {
    return values.find(paths).orElse(List.of()).stream()
        .filter(path -> !Files.exists(path))
        .map(path -> used(paths) + ": there is nothing at " + path);
  }

  /** An agent never sees what opens the queue or the ledger. */
  private Stream<String> exposed(Adapter<TaskQueueProvider> queue) {
    List<String> secret =
        Stream.concat(
                Stream.of(DeskSettings.DATABASE_URL.name()),
                queue.settings().stream()
                    .filter(Setting::hidden)
                    .flatMap(setting -> name.forms(setting).stream()))
            .toList();
    return values.find(WorkerSettings.AGENT_ENV).orElse(List.of()).stream()
        .filter(secret::contains)
        .map(
            v -> used(WorkerSettings.AGENT_ENV) + ": an agent must not see " + v + "; take it out");
  }

  /** What a run may cost is reserved before it starts. */
  private Optional<String> budget(Setting<BigDecimal> budget) {
    BigDecimal run = values.get(WorkerSettings.COST_LIMIT_USD);
    return values
        .find(budget)
        .filter(amount -> amount.compareTo(run) < 0)
        .map(amount ->
            "%s: no run could ever start, since each may cost %s and this is only %s; raise it, or lower %s"
                .formatted(
                    used(budget),
                    run.toPlainString(),
                    amount.toPlainString(),
                    used(WorkerSettings.COST_LIMIT_USD)));
  }

  private String used(Setting<?> setting) {
    return values.variable(setting).map(Variables.Variable::name).orElse(setting.name());
  }

  private List<String> choice(Setting<String> setting, List<String> found) {
    String names = found.isEmpty() ? "none was found" : "found: " + String.join(", ", found);
    String more =
        adapters.broken().isEmpty() ? "" : " Some adapters are broken: nightdesk modules says why.";
    var chosen = values.variable(setting);
    if (chosen.isEmpty()) {
      return List.of(
          "%s is not set. It is the %s (%s).%s"
              .formatted(name.described(setting), setting.meaning(), names, more));
    }
    String value = chosen.get().value();
    return found.contains(value)
        ? List.of()
        : List.of(
            "%s: there is no adapter named '%s' (%s).%s%s"
                .formatted(
                    chosen.get().name(), Shown.of(value), names, Nearest.hint(value, found), more));
  }

  private Optional<Adapter<TaskQueueProvider>> queue() {
    return chosen(adapters.queues(), WorkerSettings.QUEUE);
  }

  private Optional<Adapter<AgentRunnerProvider>> agent() {
    return chosen(adapters.agents(), WorkerSettings.AGENT);
  }

  private <P> Optional<Adapter<P>> chosen(List<Adapter<P>> found, Setting<String> setting) {
    return values
        .find(setting)
        .flatMap(name -> found.stream().filter(a -> a.name().equals(name)).findFirst());
  }

  private List<String> queueNames() {
    return adapters.queues().stream().map(Adapter::name).distinct().toList();
  }

  private List<String> agentNames() {
    return adapters.agents().stream().map(Adapter::name).distinct().toList();
  }
}
