package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.AgentRunnerContract;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/**
 * What every agent has to do right, by the real program and a model that plays the act. One test
 * after the other, for one of them starts eight of this large program at once.
 */
class RealClaudeContractTest extends AgentRunnerContract {
  private final List<ModelServer> models = new CopyOnWriteArrayList<>();

  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    ModelServer model = ModelServer.playing(script((Act.Any) act));
    models.add(model);
    AgentRunner agent =
        new ClaudeRunnerProvider()
            .open(
                GivenValues.of(
                    Map.of(
                        "CLAUDE_COMMAND",
                        RealClaude.program().toString(),
                        "ANTHROPIC_API_KEY",
                        "dummy",
                        "ANTHROPIC_BASE_URL",
                        model.url().toString())),
                new Desk("worker", folder().resolve("nightdesk"), InstantSource.system()));
    return act instanceof Act.Hangs ? silentUntilItSpeaks(agent) : agent;
  }

  /** The contract stops an agent at its first sign of life, which comes before its first word. */
  private static AgentRunner silentUntilItSpeaks(AgentRunner agent) {
    return (request, events) ->
        agent.run(
            request,
            event -> {
              if (event instanceof RunEvent.ProcessStarted || event instanceof RunEvent.Said) {
                events.emit(event);
              }
            });
  }

  @AfterEach
  void closeModels() {
    models.forEach(ModelServer::close);
  }

  private static Script script(Act.Any act) {
    return switch (act) {
      case Act.Says says -> Script.of(Turn.says(says.result()));
      case Act.RepeatsLastLine repeats ->
          call -> Turn.says(call.text().lines().reduce("", (earlier, later) -> later));
      case Act.Fails fails ->
          Script.of(Turn.fails(400, "invalid_request_error", fails.complaint()));
      case Act.Hangs hangs -> Script.of(new Turn.FallsSilent(hangs.words()));
      case Act.Floods floods ->
          call ->
              new Turn.CallsTools(
                  "flood ".repeat(20_000),
                  List.of(new Turn.ToolUse("t" + call.number(), "Glob", "{\"pattern\":\"*\"}")),
                  Turn.Tokens.USUAL);
    };
  }
}
