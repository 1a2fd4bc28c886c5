package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.agent.api.Wire.Patience;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Values;
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

/** An agent with its model's service, and runs for it. */
final class ApiStage implements AutoCloseable {
  static final String KEY = "sk-not-a-key-of-anybody-0123456789";

  final ModelServer server;
  final List<RunEvent> events = new CopyOnWriteArrayList<>();
  private final Path home;
  private final Map<String, String> settings = new HashMap<>();
  private Patience patience =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(10));
  private int calls = 200;
  private BigDecimal costUsd = BigDecimal.TEN;
  private boolean sandbox;

  private ApiStage(Path folder, Script script) throws IOException {
    server = ModelServer.playing(script);
    home = Files.createDirectories(folder.toRealPath().resolve("nightdesk"));
    settings.put("API_AGENT_BASE_URL", server.url() + "/v1");
    settings.put("API_AGENT_KEY", KEY);
    settings.put("API_AGENT_MODEL", "model-1");
  }

  static ApiStage playing(Path folder, Script script) throws IOException {
    return new ApiStage(folder, script);
  }

  static ApiStage playing(Path folder, Turn... turns) throws IOException {
    return new ApiStage(folder, Script.of(turns));
  }

  ApiStage with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  ApiStage without(String name) {
    settings.remove(name);
    return this;
  }

  ApiStage with(Patience other) {
    patience = other;
    return this;
  }

  ApiStage allowing(int mostCalls, String mostUsd) {
    calls = mostCalls;
    costUsd = new BigDecimal(mostUsd);
    return this;
  }

  ApiStage sandboxed() {
    sandbox = true;
    return this;
  }

  Path home() {
    return home;
  }

  AgentRunner open() {
    Values values =
        new Values() {
          @Override
          public <T> Optional<T> find(Setting<T> setting) {
            return Optional.ofNullable(settings.get(setting.name()))
                .or(setting::defaultText)
                .map(setting::parse);
          }
        };
    assertThat(new ApiRunnerProvider().problems(values)).isEmpty();
    return ApiRunnerProvider.open(
        values, new Desk("worker", home, InstantSource.system()), patience);
  }

  RunRequest request(String prompt) throws IOException {
    String runId = UUID.randomUUID().toString();
    Path record = Files.createDirectories(home.resolve("runs").resolve(runId));
    Path workspace = Files.createDirectories(home.resolve("workspaces").resolve(runId));
    Map<String, String> environment =
        Map.of("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG", "C.UTF-8");
    return new RunRequest(
        runId,
        Files.writeString(record.resolve("prompt.md"), prompt),
        Files.createDirectories(workspace.resolve("files")),
        Files.createDirectories(workspace.resolve("home")),
        record,
        Optional.empty(),
        false,
        new RunLimits(Duration.ofMinutes(5), Optional.empty(), calls, costUsd, 100_000, 1 << 20),
        new Containment(
            sandbox,
            List.of(),
            List.of(),
            List.of(home),
            environment,
            Duration.ofSeconds(30),
            System::nanoTime,
            Allowance.ALL));
  }

  static RunRequest resuming(RunRequest request, String session) {
    return request.withSession(Optional.of(new Session(session, Usage.NONE)));
  }

  static RunRequest trusting(RunRequest r) {
    return new RunRequest(
        r.runId(),
        r.prompt(),
        r.workspace(),
        r.home(),
        r.record(),
        r.session(),
        true,
        r.limits(),
        r.containment());
  }

  RunResult run(String prompt) throws IOException {
    return run(request(prompt));
  }

  RunResult run(RunRequest request) {
    try (AgentRunner agent = open()) {
      return agent.run(request, events::add);
    }
  }

  /** The session that the last run said it has. */
  String session() {
    return events.stream()
        .filter(RunEvent.Introduced.class::isInstance)
        .map(event -> ((RunEvent.Introduced) event).session().orElseThrow())
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  Path sessionFile(String session) {
    return home.resolve("api/worker/sessions").resolve(session + ".json");
  }

  Usage used() {
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
                    b.cost()));
  }

  static RunResult.Failed failed(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    return (RunResult.Failed) result;
  }

  @Override
  public void close() {
    server.close();
  }
}
