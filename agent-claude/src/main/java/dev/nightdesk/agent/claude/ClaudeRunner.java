package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs Claude Code once for each task. */
final class ClaudeRunner implements AgentRunner {
  /** How long after its result Claude Code may stay without doing anything. */
  private static final Duration FAREWELL = Duration.ofSeconds(15);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final ClaudeCommand command;
  private final ClaudeAccount account;
  private final Duration farewell;

  ClaudeRunner(ClaudeCommand command, ClaudeAccount account) {
    this(command, account, FAREWELL);
  }

  ClaudeRunner(ClaudeCommand command, ClaudeAccount account, Duration farewell) {
    this.command = command;
    this.account = account;
    this.farewell = farewell;
  }

  @Override
  public List<Finding> check(Containment containment) {
    return new ClaudeCheck(command, account, containment).findings();
  }

  @Override
  public RunResult run(RunRequest request, RunEvents events) {
    try {
      account.prepare();
      Optional<Session> session = request.session();
      if (session.isPresent() && !account.keeps(session.get().id())) {
        return failed(Failure.SESSION_LOST, "The session is not there any more.");
      }
      ClaudeStream stream =
          new ClaudeStream(
              events,
              session.map(Session::used).orElse(Usage.NONE),
              request.limits().outputBytes());
      try (ChildProcess child = ChildProcess.start(command.launch(request, account))) {
        events.emit(child.started());
        Optional<Ending> ending = await(child, stream);
        ClaudeVerdict verdict =
            new ClaudeVerdict(
                stream,
                account.name(),
                session.isPresent(),
                request.limits().outputBytes(),
                child.lastErrorLine());
        return ending.map(verdict::of).orElseGet(verdict::outlived);
      }
    } catch (CannotStartException e) {
      return failed(Failure.CANNOT_START, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(Failure.CANNOT_START, "The files of the run cannot be read or written: " + e);
    }
  }

  /** Waits for its end; empty where it had said its last word, did not end and was made to. */
  private Optional<Ending> await(ChildProcess child, ClaudeStream stream)
      throws CannotStartException {
    while (true) {
      Optional<Ending> ending = child.awaitExit(BETWEEN_LOOKS, stream::accept);
      if (ending.isPresent()) {
        return ending;
      }
      if (stream.nanosSinceResult().filter(since -> since >= farewell.toNanos()).isPresent()) {
        child.stop(line -> {}); // what it says of being stopped is not its result
        return Optional.empty();
      }
    }
  }

  private static RunResult failed(Failure failure, String reason) {
    return new RunResult.Failed(failure, reason, "", OptionalInt.empty());
  }
}
