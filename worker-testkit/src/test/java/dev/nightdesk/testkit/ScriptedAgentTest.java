package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.testkit.ScriptedAgent.Voice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The contract holds for an agent that is no program as well. */
class ScriptedAgentTest extends AgentRunnerContract {
  @Override
  protected AgentRunner agentThat(Act act) {
    return new ScriptedAgent((request, voice) -> play(act, request, voice));
  }

  private static RunResult play(Act act, RunRequest request, Voice voice)
      throws InterruptedException {
    return switch (act) {
      case Act.Says says -> {
        voice.say(says.result());
        yield voice.done(says.result());
      }
      case Act.RepeatsLastLine repeats -> voice.done(lastLine(request));
      case Act.Fails fails -> voice.fail(Failure.AGENT_FAILED, fails.complaint());
      case Act.Hangs hangs -> {
        voice.say(hangs.words());
        Thread.sleep(Long.MAX_VALUE);
        yield voice.done("never");
      }
      case Act.Floods floods -> {
        voice.say("y".repeat((int) request.limits().outputBytes()));
        yield voice.fail(Failure.TOO_MUCH_OUTPUT, "more than the limit");
      }
      case Act.OfProgram program -> throw new IllegalArgumentException(program.toString());
    };
  }

  private static String lastLine(RunRequest request) {
    try {
      return Files.readAllLines(request.prompt()).getLast();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void remembersItsRequestsAndReportsWhatTheScriptReports() throws IOException {
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          voice.introduce("session-1");
          voice.costs("0.75");
          return voice.done("done");
        });
    RunRequest request = request("do it");
    run(agent, request);
    assertThat(agent.requests()).containsExactly(request);
    assertThat(events)
        .hasExactlyElementsOfTypes(RunEvent.Introduced.class, RunEvent.ModelCalled.class);
    assertThat(ScriptedAgent.saying("x").run(request, event -> {}).text()).isEqualTo("x");
  }
}
