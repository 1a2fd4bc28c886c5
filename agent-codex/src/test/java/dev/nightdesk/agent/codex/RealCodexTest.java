package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.AgentRunnerContract;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The real Codex does what every agent has to do. */
@Execution(ExecutionMode.CONCURRENT)
class RealCodexTest extends AgentRunnerContract {
  private final List<ModelServer> servers = new ArrayList<>();

  @AfterEach
  void tidy() throws IOException {
    servers.forEach(ModelServer::close);
    CodexStage.removeLinks(folder());
  }

  /** That it has begun it says earlier. */
  @Override
  protected boolean isAtWork(RunEvent event) {
    return event instanceof RunEvent.Said;
  }

  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    ModelServer server = ModelServer.playing(script((Act.Any) act));
    servers.add(server);
    return new CodexRunnerProvider()
        .open(CodexStage.values(server, Map.of()), CodexStage.desk(folder().resolve("nightdesk")));
  }

  private static Script script(Act.Any act) {
    return switch (act) {
      case Act.Says says -> Script.of(Turn.says(says.result()));
      case Act.RepeatsLastLine repeats ->
          call -> Turn.says(call.text().lines().reduce("", (earlier, last) -> last));
      case Act.Fails fails -> Script.of(Turn.fails(400, "bad_request", fails.complaint()));
      case Act.Hangs hangs -> Script.of(talking(hangs.words(), "trap '' INT TERM; sleep 600"));
      case Act.Floods floods -> Script.of(talking("flood ".repeat(10_000), ":"));
    };
  }

  private static Turn talking(String words, String command) {
    String input = "{\"cmd\":\"" + command + "\"}";
    return new Turn.CallsTools(
        words, List.of(new ToolUse("c1", "exec_command", input)), Tokens.USUAL);
  }
}
