package dev.nightdesk.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.ProgramAgentContract;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that answer with JSON. */
@Execution(ExecutionMode.CONCURRENT)
class JsonCommandRunnerTest extends ProgramAgentContract {
  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    Path file = Files.writeString(folder().resolve("agent"), "#!/bin/bash\n" + script(act));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return agentOf(file);
  }

  @Override
  protected AgentRunner agentOf(Path program) {
    return json(program.toString());
  }

  private static AgentRunner json(String line) {
    return new GivenValues(Map.of("COMMAND_AGENT", line, "COMMAND_AGENT_FORMAT", "json")).open();
  }

  private static String script(Act act) {
    return switch (act) {
      case Act.Says says -> print("{\"result\": %s}".formatted(TextNode.valueOf(says.result())));
      case Act.Hangs hangs ->
          (hangs.stubborn() ? "trap '' INT TERM\n" : "")
              + print("{\"result\": \"%s\"}".formatted(hangs.words()))
              + "while :; do sleep 0.1; done\n";
      case Act.Floods floods -> "exec yes '{\"result\": \"flood\"}'\n";
      case Act.SaysBrokenText broken -> "printf '{\"result\": \"a\\377\\376b\"}'\n";
      case Act.RepeatsLastLine repeats -> "printf '{\"result\": \"%s\"}' \"$(tail -n 1)\"\n";
      case Act.NeverReads never -> "exec <&-\n" + print("{\"result\": \"done\"}");
      case Act.ShowsEnvironment shows ->
          "printf '{\"result\": \"'; env | while read -r line; do printf '%s\\\\n' \"$line\"; done; printf '\"}'\n";
      case Act.LeavesProcesses leaves ->
          ShellActs.leaving(leaves) + print("{\"result\": \"done\"}") + ShellActs.rest(leaves);
      case Act.Fails fails -> ShellActs.script(fails);
    };
  }

  private static String print(String json) {
    return "cat <<'END_OF_TEXT'\n" + json + "\nEND_OF_TEXT\n";
  }

  private RunResult printing(String json) throws IOException {
    try (AgentRunner agent = json("printf %s '" + json + "'")) {
      return run(agent, request("do it"));
    }
  }

  @Test
  void reportsSessionTokensAndCost() throws IOException {
    printing(
        """
        {"result": "x", "session_id": "s-1", "cost_usd": 0.25, "input_tokens": 10, "output_tokens": 3}
        """);
    Usage usage =
        new Usage(
            1,
            10,
            3,
            0,
            Optional.of(new Usage.Cost(new BigDecimal("0.250000"), Usage.Basis.REPORTED)));
    assertThat(events)
        .contains(
            new RunEvent.Introduced(Optional.of("s-1"), Optional.empty(), Optional.empty()),
            new RunEvent.ModelCalled(usage));
  }

  @Test
  void reportsNothingThatIsNotThere() throws IOException {
    printing("{\"result\": \"x\"}");
    assertThat(events)
        .hasExactlyElementsOfTypes(RunEvent.ProcessStarted.class, RunEvent.Alive.class);
  }

  @Test
  void takesTheLastOfSeveralValues() throws IOException {
    assertThat(printing("{\"result\": 1}\n{\"note\": 2}\n{\"result\": {\"a\": [true]}}\n[]").text())
        .isEqualTo("{\"a\":[true]}");
  }

  @Test
  void findsFieldsWhereTheUserSays() throws IOException {
    AgentRunner agent =
        new GivenValues(
                Map.of(
                    "COMMAND_AGENT", "printf %s '{\"out\": [{\"text\": \"deep\"}]}'",
                    "COMMAND_AGENT_FORMAT", "json",
                    "COMMAND_AGENT_RESULT", "/out/0/text"))
            .open();
    assertThat(run(agent, request("do it")).text()).isEqualTo("deep");
  }

  @Test
  void readsJsonFromTheResultFileToo() throws IOException {
    AgentRunner agent =
        json("sh -c 'echo chatter; echo \"{\\\"result\\\": 7}\" > $1' x {result_file}");
    assertThat(run(agent, request("do it")).text()).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{\"result\": \"cut",
        "{\"other\": 1}",
        "{\"result\": \"x\", \"cost_usd\": \"much\"}",
        "{\"result\": \"x\", \"cost_usd\": -1}",
        "{\"result\": \"x\", \"cost_usd\": 1e999999999}",
        "{\"result\": \"x\", \"cost_usd\": 1000000}",
        "{\"result\": \"x\", \"input_tokens\": -5}",
        "{\"result\": \"x\", \"output_tokens\": 99999999999999999999}"
      })
  void saysWhatCannotBeUnderstood(String json) throws IOException {
    assertThat(printing(json))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.UNREADABLE_OUTPUT);
              assertThat(failed.reason()).startsWith("What the program said ").endsWith(".");
              assertThat(failed.text()).isEqualTo(json);
            });
  }

  @Test
  void isNotBroughtDownByAHostileDocument() throws IOException {
    AgentRunner deep = json("sh -c \"yes '[[[[[[[[' | tr -d '\\n' | head -c 900000\"");
    assertThat(run(deep, request("do it")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> assertThat(failed.failure()).isEqualTo(Failure.UNREADABLE_OUTPUT));
  }

  @Test
  void refusesAResultThatIsTooLarge() throws IOException {
    AgentRunner agent =
        json(
            "sh -c \"printf '{\\\"result\\\": \\\"'; head -c 200000 /dev/zero | tr '\\0' x; printf '\\\"}'\"");
    assertThat(run(agent, request("do it")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.TOO_MUCH_OUTPUT);
              assertThat(failed.text()).isEqualTo("x".repeat(100_000));
            });
  }
}
