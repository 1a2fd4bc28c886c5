package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.RealProgram;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The real Codex with a model that plays a script. */
final class CodexStage implements AutoCloseable {
  static final String KEY = "sk-canary-of-the-model";

  final ModelServer server;
  final List<RunEvent> events = new CopyOnWriteArrayList<>();
  final Path home;
  final AgentRunner agent;
  private final boolean sandbox;
  private Network network = new Network.Open();

  CodexStage(Path folder, Script script, boolean sandbox, Map<String, String> more)
      throws IOException {
    this.sandbox = sandbox;
    server = ModelServer.playing(script);
    home = Files.createDirectories(folder.toRealPath().resolve("nightdesk"));
    agent = new CodexRunnerProvider().open(values(server, more), desk(home));
  }

  CodexStage(Path folder, Script script) throws IOException {
    this(folder, script, false, Map.of());
  }

  static Desk desk(Path home) {
    return new Desk("writer", home, InstantSource.system());
  }

  static GivenValues values(ModelServer server, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("CODEX_COMMAND", RealProgram.at("@openai/codex/bin/codex.js").toString());
    settings.put("CODEX_BASE_URL", server.url() + "/v1");
    settings.put("CODEX_API_KEY", KEY);
    settings.put("CODEX_MODEL", "gpt-5.5");
    settings.putAll(more);
    settings.values().removeIf(String::isEmpty);
    return GivenValues.of(settings);
  }

  /** The model runs a command. */
  static Turn runs(String id, String command) {
    return Turn.calls(id, "exec_command", Map.of("cmd", command));
  }

  CodexStage cutOff() {
    network = new Network.Fenced(false, List.of());
    return this;
  }

  CodexStage fenced() {
    network = new Network.Fenced(true, List.of());
    return this;
  }

  RunRequest request() throws IOException {
    return request(false);
  }

  RunRequest request(boolean trusted) throws IOException {
    return request(trusted, 200);
  }

  RunRequest request(boolean trusted, int calls) throws IOException {
    String runId = UUID.randomUUID().toString();
    Path record = Files.createDirectories(home.resolve("runs").resolve(runId));
    Path room = home.resolve("workspaces").resolve(runId);
    return new RunRequest(
        runId,
        Files.writeString(record.resolve("prompt.md"), "do it\n"),
        Files.createDirectories(room.resolve("files")),
        Files.createDirectories(room.resolve("home")),
        record,
        Optional.empty(),
        trusted,
        new RunLimits(
            Duration.ofMinutes(5), Optional.empty(), calls, BigDecimal.TEN, 100_000, 1 << 20),
        containment());
  }

  Containment containment() {
    return new Containment(
        sandbox,
        List.of(),
        List.of(home.resolve("shared")),
        List.of(home),
        Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8", "MY_TOKEN", "for it"),
        Duration.ofSeconds(30),
        System::nanoTime,
        new Allowance(network, 0, 0));
  }

  RunResult run(RunRequest request) {
    return agent.run(request, events::add);
  }

  RunResult run() throws IOException {
    return run(request());
  }

  /** Runs until there is an event of this sort, as often as said, and then interrupts. */
  RunResult runUntil(Predicate<RunEvent> sort, int times) throws Exception {
    RunRequest request = request();
    FutureTask<RunResult> run =
        new FutureTask<>(() ->
            agent.run(
                request,
                event -> {
                  events.add(event);
                  if (sort.test(event) && events.stream().filter(sort).count() == times) {
                    Thread.currentThread().interrupt();
                  }
                }));
    Thread.ofVirtual().start(run);
    return run.get(20, TimeUnit.SECONDS);
  }

  /** What the model calls add up to. */
  Usage used() {
    assertThat(events).doesNotHaveAnyElementsOfTypes(RunEvent.Settled.class);
    return events.stream()
        .filter(RunEvent.ModelCalled.class::isInstance)
        .map(event -> ((RunEvent.ModelCalled) event).usage())
        .reduce(
            Usage.NONE,
            (a, b) ->
                new Usage(
                    a.calls() + b.calls(),
                    a.inputTokens() + b.inputTokens(),
                    a.outputTokens() + b.outputTokens(),
                    a.cachedTokens() + b.cachedTokens(),
                    Optional.of(cost(a, b))));
  }

  private static Usage.Cost cost(Usage a, Usage b) {
    BigDecimal earlier = a.cost().map(Usage.Cost::usd).orElse(BigDecimal.ZERO);
    return new Usage.Cost(earlier.add(b.cost().orElseThrow().usd()), Usage.Basis.PRICED);
  }

  /** What the tools answered in all, in the words that the model got. */
  String answers() {
    StringBuilder all = new StringBuilder();
    server.calls().forEach(call -> call.results().forEach(result -> all.append(result.text())));
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    agent.close();
    server.close();
    removeLinks(home);
  }

  /** Codex leaves links to itself in its folder, and JUnit warns of each. */
  static void removeLinks(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }
}
