package dev.nightdesk.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.ProgramAgentContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class CommandRunnerTest extends ProgramAgentContract {
  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    return agentOf(program(ShellActs.script(act)));
  }

  @Override
  protected AgentRunner agentOf(Path program) {
    return command("'" + program + "'");
  }

  static AgentRunner command(String line) {
    return new GivenValues(Map.of("COMMAND_AGENT", line)).open();
  }

  Path program(String script) throws IOException {
    Path folder = Files.createDirectories(folder().resolve("bin of " + System.nanoTime()));
    Path file = Files.writeString(folder.resolve("agent"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  RunResult run(String line) throws IOException {
    return run(command(line), request("do it\n"));
  }

  @Test
  void givesThePromptInAFileAsWell() throws IOException {
    assertThat(run("cat {prompt_file} -").text()).isEqualTo("do it\ndo it\n");
    assertThat(run("sh -c 'cat \"${1#--from=}\"' x --from={prompt_file}").text())
        .isEqualTo("do it\n");
  }

  @Test
  void takesTheResultFromAFile() throws IOException {
    assertThat(run("sh -c 'echo chatter; echo result > $1' x {result_file}"))
        .isInstanceOf(RunResult.Finished.class)
        .extracting(RunResult::text)
        .isEqualTo("result\n");
    assertThat(run("sh -c 'echo chatter' x {result_file}").text()).isEmpty();
  }

  @Test
  void doesNotFollowALinkThatTheProgramPutsInPlaceOfItsResult() throws IOException {
    Path secret = Files.writeString(folder().resolve("secret"), "secret");
    assertThat(run("ln -s " + secret + " {result_file}").text()).isEmpty();
    Path away = Files.createDirectories(folder().resolve("away"));
    Files.writeString(away.resolve("result"), "secret");
    String move = "sh -c 'd=$(dirname $1); mv $d $d.old; ln -s " + away + " $d' x {result_file}";
    assertThat(run(move).text()).isEmpty();
    assertThat(run("mkfifo {result_file}").text()).isEmpty();
  }

  @Test
  void refusesAResultFileThatIsTooLarge() throws IOException {
    assertThat(run("sh -c 'yes | head -c 200000 > $1' x {result_file}"))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.TOO_MUCH_OUTPUT);
              assertThat(failed.text()).hasSize(100_000);
            });
  }

  @Test
  void passesTheSessionToGoOnWith() throws IOException {
    RunRequest fresh = request("do it");
    assertThat(run(command("echo [{session}]"), fresh).text()).isEqualTo("[]\n");
    RunRequest resumed = request("do it").withSession(Optional.of(new Session("s-1", Usage.NONE)));
    assertThat(run(command("echo [{session}]"), resumed).text()).isEqualTo("[s-1]\n");
  }

  @Test
  void keepsItsTemporaryFilesToItself() throws IOException {
    RunRequest request = request("do it");
    assertThat(
            run(command("sh -c 'echo $HOME $TMPDIR; touch $TMPDIR/nightdesk-here'"), request)
                .text())
        .isEqualTo(request.home() + " " + temporary(request) + "\n");
    assertThat(Path.of("/tmp/nightdesk-here")).doesNotExist();
  }

  /** Where a program is told to keep its temporary files. */
  Path temporary(RunRequest request) {
    return request.home();
  }

  @Test
  void isNeverGivenToAShell() throws IOException {
    assertThat(run("echo $HOME '`id`' ; ls * '{prompt}'").text())
        .isEqualTo("$HOME `id` ; ls * {prompt}\n");
  }

  @Test
  void takesOtherExitCodesForSuccessWhereTheUserSaysSo() throws IOException {
    AgentRunner agent =
        new GivenValues(Map.of("COMMAND_AGENT", "sh -c 'exit 3'", "COMMAND_OK_EXIT_CODES", "0, 3"))
            .open();
    assertThat(run(agent, request("do it"))).isInstanceOf(RunResult.Finished.class);
    assertThat(run("sh -c 'exit 3'"))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("The program ended with exit code 3.");
              assertThat(failed.exitCode()).hasValue(3);
            });
  }

  @Test
  void saysThatAnInterpreterIsMissing() throws IOException {
    Path script = program("#!/usr/bin/env no-such-interpreter\n");
    assertThat(run("'" + script + "'"))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(Failure.CANNOT_START);
              assertThat(failed.reason()).contains("no-such-interpreter");
            });
  }

  @Test
  void keepsWhatIsPrintedInTheRecord() throws IOException {
    RunRequest request = request("do it");
    run(command("sh -c 'echo out; echo err >&2'"), request);
    assertThat(request.record().resolve("transcript.jsonl")).hasContent("out\n");
    assertThat(request.record().resolve("stderr.log")).hasContent("err\n");
    assertThat(events).contains(new RunEvent.Said("out\n"));
  }
}
