package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.ProgramAgentContract;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A stand-in that speaks as Codex does; what only the real one shows is in the Real tests. */
@Execution(ExecutionMode.CONCURRENT)
class CodexRunnerTest extends ProgramAgentContract {
  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    return agentOf(program(CodexActs.script(act)));
  }

  @Override
  protected AgentRunner agentOf(Path program) throws IOException {
    return agentOf(program, Map.of());
  }

  AgentRunner agentOf(Path program, Map<String, String> more) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("CODEX_COMMAND", program.toString());
    settings.putIfAbsent("OPENAI_API_KEY", "sk-stand-in");
    Desk desk = new Desk("writer", folder().resolve("nightdesk"), InstantSource.system());
    return new CodexRunnerProvider().open(GivenValues.of(settings), desk);
  }

  Path program(String script) throws IOException {
    Path folder = Files.createDirectories(folder().resolve("bin of " + System.nanoTime()));
    Path file = Files.writeString(folder.resolve("codex"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private RunResult run(String script) throws IOException {
    return run(agentOf(program(CodexActs.PROGRAM + script)), request("do it"));
  }

  @Test
  void givesThePromptOnStandardInputAndNothingOfItAsAnArgument() throws IOException {
    RunRequest request = request("/status @/etc/passwd\n");
    AgentRunner agent =
        agentOf(
            program(
                CodexActs.PROGRAM
                    + "begin; printf '%s\\n' \"$@\" > \"$HOME/args\"; say \"\\\"$(head -n 1)\\\"\"; end"));
    assertThat(run(agent, request).text()).isEqualTo("/status @/etc/passwd");
    assertThat(request.home().resolve("args"))
        .content()
        .startsWith("exec\n--json\n--skip-git-repo-check\n--ignore-user-config\n")
        .endsWith("\n-\n")
        .doesNotContain("passwd");
  }

  @Test
  void refusesAPromptThatCodexWouldRefuse() throws IOException {
    AgentRunner agent = agentThat(new Act.RepeatsLastLine());
    RunRequest fits = request("é".repeat((1 << 20) - 2) + "\n!");
    assertThat(run(agent, fits).text()).isEqualTo("!");
    assertThat(run(agent, request("é".repeat(1 << 20) + "!")))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
              assertThat(failed.reason()).contains("more than 1,048,576 characters");
            });
  }

  @Test
  void saysThatASessionIsLostWhereCodexDidNotBegin() throws IOException {
    AgentRunner agent =
        agentOf(program(CodexActs.PROGRAM + "echo 'Error: no rollout found' >&2; exit 1"));
    RunRequest request = request("do it");
    Optional<Session> session = Optional.of(new Session("0199-gone", Usage.NONE));
    assertThat(failure(run(agent, request.withSession(session)))).isEqualTo(Failure.SESSION_LOST);
    assertThat(failure(run(agent, request("do it")))).isEqualTo(Failure.CANNOT_START);
  }

  @Test
  void saysWhichArgumentCodexDoesNotTake() throws IOException {
    String script = "printf 'error: no such flag\\n\\nUsage: codex\\n' >&2; exit 2";
    RunResult result = run(script);
    assertThat(failure(result)).isEqualTo(Failure.CANNOT_START);
    assertThat(((RunResult.Failed) result).reason()).contains("no such flag", "CODEX_EXTRA_ARGS");
  }

  @Test
  void doesNotTakeAnExitCodeOfZeroForSuccess() throws IOException {
    assertThat(failure(run("begin; say '\"half\"'"))).isEqualTo(Failure.UNREADABLE_OUTPUT);
  }

  @Test
  void refusesAResultThatIsTooLarge() throws IOException {
    RunResult result = run("begin; say \"\\\"$(head -c 200000 /dev/zero | tr '\\0' x)\\\"\"; end");
    assertThat(failure(result)).isEqualTo(Failure.TOO_MUCH_OUTPUT);
    assertThat(result.text()).isEqualTo("x".repeat(100_000));
  }

  @Test
  void settlesTheUseOfASessionWhoseFileItCannotFind() throws IOException {
    Usage earlier = new Usage(1, 4, 1, 2, Optional.empty());
    Optional<Session> session = Optional.of(new Session("0199-a", earlier));
    run(agentOf(program(CodexActs.PROGRAM + "begin; say '\"x\"'; end")), request("do it"));
    assertThat(settled()).isEqualTo(new Usage(1, 10, 3, 0, Optional.empty()));
    events.clear();
    String total = "{\"input_tokens\":16,\"cached_input_tokens\":5,\"output_tokens\":3}";
    String script = "begin; echo '{\"type\":\"turn.completed\",\"usage\":" + total + "}'";
    run(agentOf(program(CodexActs.PROGRAM + script)), request("do it").withSession(session));
    assertThat(settled()).isEqualTo(new Usage(1, 7, 2, 3, Optional.empty()));
  }

  @Test
  void pricesTokensAsTheUserSays() throws IOException {
    Map<String, String> prices =
        Map.of("CODEX_PRICE_IN_USD", "2", "CODEX_PRICE_OUT_USD", "10", "CODEX_MODEL", "mine");
    run(agentOf(program(CodexActs.PROGRAM + "begin; end"), prices), request("do it"));
    assertThat(settled().cost())
        .hasValueSatisfying(cost -> {
          assertThat(cost.usd()).isEqualByComparingTo(new BigDecimal("0.00005"));
          assertThat(cost.basis()).isEqualTo(Usage.Basis.PRICED);
        });
  }

  private Usage settled() {
    return events.stream()
        .filter(RunEvent.Settled.class::isInstance)
        .map(event -> ((RunEvent.Settled) event).total())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void keepsWhatIsPrintedInTheRecord() throws IOException {
    RunRequest request = request("do it");
    run(agentThat(new Act.Says("done")), request);
    assertThat(request.record().resolve("transcript.jsonl")).content().contains("thread.started");
    assertThat(events).contains(new RunEvent.Said("done\n"));
  }

  @Test
  void refusesToRunWithNoSandboxAtAllUnlessTold() throws Exception {
    Path broken =
        program(CodexActs.PROGRAM.replace("sandbox) exit;;", "sandbox) echo no >&2; exit 1;;"));
    AgentRunner agent = agentOf(broken);
    RunRequest request = request("do it");
    assertThat(finding(agent, request, "CODEX_SANDBOX"))
        .satisfies(finding -> {
          assertThat(finding.state()).isEqualTo(Finding.State.WRONG);
          assertThat(finding.message()).contains("does not work here (no)");
        });
    assertThat(failure(run(agent, request))).isEqualTo(Failure.CANNOT_START);
    Map<String, String> told = Map.of("CODEX_SANDBOX", "danger-full-access");
    assertThat(finding(agentOf(broken, told), request, "CODEX_SANDBOX").state())
        .isEqualTo(Finding.State.WARNING);
  }

  @Test
  void warnsOfAVersionThatWasNeverTested() throws Exception {
    Path newer = program(CodexActs.PROGRAM.replace("0.169.0", "0.170.0"));
    assertThat(finding(agentOf(newer), request("do it"), "CODEX_COMMAND"))
        .satisfies(finding -> {
          assertThat(finding.state()).isEqualTo(Finding.State.WARNING);
          assertThat(finding.message()).contains("codex-cli 0.170.0", "0.169.0");
        });
  }

  @Test
  void saysThatThereIsNeitherAKeyNorALogin() throws Exception {
    Path home = Files.createDirectories(folder().resolve("codex-home"));
    CodexCommand command =
        new CodexCommand(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), "x");
    Desk desk = new Desk("writer", folder(), InstantSource.system());
    CodexHome codex = CodexHome.of(Optional.of(home), false, desk);
    CodexProgram program = new CodexProgram(home, false);
    assertThat(CodexCheck.of(program, command, codex))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.state()).isEqualTo(Finding.State.WRONG);
          assertThat(finding.message()).contains(home.toString(), "codex login");
        });
    Files.createFile(home.resolve("auth.json"));
    assertThat(CodexCheck.of(program, command, codex))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("your own login"));
  }

  private static Finding finding(AgentRunner agent, RunRequest request, String subject)
      throws InterruptedException {
    return agent.check(request.containment()).stream()
        .filter(finding -> finding.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  static Failure failure(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    return ((RunResult.Failed) result).failure();
  }
}
