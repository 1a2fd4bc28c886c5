package dev.nightdesk.agent.command;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.Programs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Runs the user's program once for each task. */
final class CommandRunner implements AgentRunner {
  private final CommandLine command;
  private final Set<Integer> okExitCodes;
  private final Optional<JsonFields> json;

  CommandRunner(CommandLine command, Set<Integer> okExitCodes, Optional<JsonFields> json) {
    this.command = command;
    this.okExitCodes = okExitCodes;
    this.json = json;
  }

  @Override
  public List<Finding> check(Containment containment) {
    Finding sandbox = ChildProcess.check(containment);
    try {
      String path = containment.environment().getOrDefault("PATH", "");
      String program = Programs.find(command.program(), path).toString();
      return List.of(Finding.good("COMMAND_AGENT", program), sandbox);
    } catch (CannotStartException e) {
      return List.of(Finding.wrong("COMMAND_AGENT", String.valueOf(e.getMessage())), sandbox);
    }
  }

  @Override
  public RunResult run(RunRequest request, RunEvents events) {
    try {
      CommandFiles files = CommandFiles.of(request, command.namesResultFile());
      try (ChildProcess child = ChildProcess.start(launch(request, files))) {
        events.emit(child.started());
        Ending ending = child.await(line -> events.emit(sign(line)));
        Outcome outcome = Outcome.read(files, json, request.limits().outputBytes());
        outcome.events().forEach(events::emit);
        return result(ending, outcome, child.lastErrorLine());
      }
    } catch (CannotStartException e) {
      return cannotStart(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return cannotStart("The files of the run cannot be read or written: " + e);
    }
  }

  private Launch launch(RunRequest request, CommandFiles files) {
    List<String> words =
        command.filledIn(files.prompt(), files.result(), request.session().map(Session::id));
    Launch launch = Launch.of(request, words).withInput(files.prompt()).withNesting();
    boolean outputIsResult = json.isEmpty() && !command.namesResultFile();
    long output = request.limits().outputBytes();
    return outputIsResult && output < launch.streams().output().limit()
        ? launch.withOutputLimit(output)
        : launch;
  }

  private RunEvent sign(String line) {
    return json.isPresent() ? new RunEvent.Alive() : new RunEvent.Said(line + "\n");
  }

  private RunResult result(Ending ending, Outcome outcome, String lastErrorLine) {
    return switch (ending) {
      case Ending.Exited exited -> exited(exited.code(), outcome, lastErrorLine);
      case Ending.Stopped stopped -> new RunResult.Stopped(outcome.text());
      case Ending.Flooded flooded ->
          new RunResult.Failed(
              Failure.TOO_MUCH_OUTPUT,
              "The program printed more than " + flooded.limit() + " bytes and was stopped.",
              outcome.text(),
              OptionalInt.empty());
      case Ending.Exhausted exhausted ->
          new RunResult.Failed(
              Failure.AGENT_FAILED, exhausted.why(), outcome.text(), OptionalInt.empty());
      case Ending.Lost lost ->
          new RunResult.Failed(
              Failure.AGENT_FAILED, lost.why(), outcome.text(), OptionalInt.empty());
    };
  }

  private RunResult exited(int code, Outcome outcome, String lastErrorLine) {
    OptionalInt exitCode = OptionalInt.of(code);
    if (!okExitCodes.contains(code)) {
      String said = lastErrorLine.isEmpty() ? outcome.lastLine() : lastErrorLine;
      String reason = "The program ended with exit code " + code;
      return new RunResult.Failed(
          Failure.AGENT_FAILED,
          said.isEmpty() ? reason + "." : reason + ": " + said,
          outcome.text(),
          exitCode);
    }
    if (outcome.unreadable().isPresent()) {
      String reason = "What the program said " + outcome.unreadable().get() + ".";
      return new RunResult.Failed(Failure.UNREADABLE_OUTPUT, reason, outcome.text(), exitCode);
    }
    if (outcome.cut()) {
      return new RunResult.Failed(
          Failure.TOO_MUCH_OUTPUT,
          "The result is larger than the limit; see WORKER_OUTPUT_LIMIT.",
          outcome.text(),
          exitCode);
    }
    return new RunResult.Finished(outcome.text(), exitCode);
  }

  private static RunResult cannotStart(String reason) {
    return new RunResult.Failed(Failure.CANNOT_START, reason, "", OptionalInt.empty());
  }
}
