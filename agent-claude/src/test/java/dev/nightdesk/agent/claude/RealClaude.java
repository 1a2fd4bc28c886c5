package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.RealProgram;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real program, with a model that plays a script, a dummy key and folders of this test. */
final class RealClaude implements AutoCloseable {
  final ModelServer model;
  final List<RunEvent> events = new CopyOnWriteArrayList<>();
  final Path home;
  final Path workspace;
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final List<Path> hidden = new ArrayList<>();
  private boolean sandbox;
  private boolean trusted;
  private Network network = new Network.Open();
  private int calls = 200;
  private BigDecimal costUsd = BigDecimal.TEN;
  private Optional<Session> session = Optional.empty();

  RealClaude(Path folder, Script script) throws IOException {
    Path program = program();
    model = ModelServer.playing(script);
    home = Files.createDirectories(folder.toRealPath().resolve("nightdesk"));
    workspace = Files.createDirectories(home.resolve("workspaces/files"));
    hidden.add(home);
    settings.put("CLAUDE_COMMAND", program.toString());
    settings.put("ANTHROPIC_API_KEY", "dummy");
    settings.put("ANTHROPIC_BASE_URL", model.url().toString());
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    environment.put("LANG", "C.UTF-8");
    environment.put("CLAUDE_CODE_MAX_RETRIES", "0");
  }

  static Path program() {
    return RealProgram.at("@anthropic-ai/claude-code/bin/claude.exe");
  }

  static RealClaude playing(Path folder, Turn... turns) throws IOException {
    return new RealClaude(folder, Script.of(turns));
  }

  RealClaude with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  RealClaude without(String setting) {
    settings.remove(setting);
    return this;
  }

  RealClaude given(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  RealClaude sandboxed(Path... alsoHidden) {
    sandbox = true;
    hidden.addAll(List.of(alsoHidden));
    return this;
  }

  RealClaude fenced(Network.Host... hosts) {
    network = new Network.Fenced(true, List.of(hosts));
    return sandboxed();
  }

  RealClaude cutOff() {
    network = new Network.Fenced(false, List.of());
    return sandboxed();
  }

  RealClaude trusted() {
    trusted = true;
    return this;
  }

  RealClaude atMost(int modelCalls, String usd) {
    calls = modelCalls;
    costUsd = new BigDecimal(usd);
    return this;
  }

  RealClaude goingOnWith(String id, Usage used) {
    session = Optional.of(new Session(id, used));
    return this;
  }

  AgentRunner agent() {
    Desk desk = new Desk("worker", home, InstantSource.system());
    return new ClaudeRunnerProvider().open(GivenValues.of(settings), desk);
  }

  Containment containment() {
    return new Containment(
        sandbox,
        List.of(),
        List.of(),
        hidden,
        environment,
        Duration.ofSeconds(30),
        System::nanoTime,
        new Allowance(network, 0, 0));
  }

  RunRequest request(String prompt) throws IOException {
    String runId = UUID.randomUUID().toString();
    Path record = Files.createDirectories(home.resolve("runs").resolve(runId));
    return new RunRequest(
        runId,
        Files.writeString(record.resolve("prompt.md"), prompt),
        workspace,
        Files.createDirectories(home.resolve("workspaces").resolve(runId)),
        record,
        session,
        trusted,
        new RunLimits(Duration.ofMinutes(5), Optional.empty(), calls, costUsd, 1 << 20, 64L << 20),
        containment());
  }

  RunResult run(String prompt) throws IOException {
    try (AgentRunner agent = agent()) {
      return agent.run(request(prompt), events::add);
    }
  }

  /** What the model was told in all, as it went over the wire. */
  String told() {
    return String.join("\n", model.calls().stream().map(call -> call.body().toString()).toList());
  }

  /** The answers of all tools. */
  List<String> toolAnswers() {
    return model.calls().stream()
        .flatMap(call -> call.results().stream())
        .map(ModelCall.ToolResult::text)
        .toList();
  }

  /** What all calls of the model used, as they were told one by one. */
  List<Usage> usages() {
    return events.stream()
        .filter(RunEvent.ModelCalled.class::isInstance)
        .map(event -> ((RunEvent.ModelCalled) event).usage())
        .toList();
  }

  /** What the last run used in the end. */
  Usage settled() {
    return events.stream()
        .filter(RunEvent.Settled.class::isInstance)
        .map(event -> ((RunEvent.Settled) event).total())
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  @Override
  public void close() {
    model.close();
  }
}
