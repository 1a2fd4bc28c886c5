package dev.nightdesk.worker;

import dev.nightdesk.audit.SessionUsage;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Task;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.LeftFile;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent at a task: what it is given, and what it answers. */
final class Engagement {
  private static final Logger log = LoggerFactory.getLogger(Engagement.class);

  private final WorkerSpec spec;
  private final Parts parts;
  private final TaskRow row;
  private final Task task;
  private final RunTicket ticket;
  private final Workspaces workspaces;
  private List<Comment> comments = List.of();
  private Optional<WorkingCopy> copy = Optional.empty();
  private Optional<Set<LeftFile>> before = Optional.empty();

  Engagement(WorkerSpec spec, Parts parts, TaskRow row, Task task, RunTicket ticket) {
    this.spec = spec;
    this.parts = parts;
    this.row = row;
    this.task = task;
    this.ticket = ticket;
    this.workspaces = new Workspaces(spec.surroundings().home());
  }

  /**
   * Makes the run's folders and its prompt, unless the meter stops it.
   *
   * @param trusted what the agent may read of what people said about the task, oldest first
   */
  Room prepare(List<Comment> trusted, Pulse pulse, Meter meter) throws IOException {
    comments = trusted;
    Room room = workspaces.prepare(ticket.runId(), prompt(row.session().isPresent()));
    if (spec.surroundings().directory().isPresent()) {
      Path directory = spec.surroundings().directory().get();
      WorkingCopy fresh =
          new WorkingCopy(directory, spec.surroundings().home(), room, containment(pulse));
      fill(fresh, meter);
      copy = Optional.of(fresh);
      before = Optional.of(Set.copyOf(Workspaces.files(room.workspace())));
    }
    return room;
  }

  /** A large repository takes its time, in which the run may be stopped. */
  private void fill(WorkingCopy fresh, Meter meter) throws IOException {
    meter.running(Thread.currentThread());
    try {
      fresh.fill(row.lastRun().filter(run -> ticket.cause() == Cause.REPLY).map(workspaces::of));
    } finally {
      meter.paused();
      Thread.interrupted(); // what stopped the run is in the meter
    }
  }

  private Containment containment(Pulse pulse) {
    return spec.surroundings().containment(parts.office().timings(), pulse);
  }

  /** What the run left behind, once its agent has ended; brings back what it changed. */
  Left left(Room room) {
    Left left = workspaces.left(room, spec.expectations().files(), before);
    if (copy.isEmpty()) {
      return left;
    }
    try {
      return new Left(left.files(), left.missing(), copy.get().bringBack());
    } catch (IOException e) {
      List<String> missing = new ArrayList<>(left.missing());
      missing.add("a bundle or patch of what it changed (" + Remarks.problem(e) + ")");
      return new Left(left.files(), missing, Optional.empty());
    }
  }

  /** An agent that remembers the task need not be told what it said about it. */
  private String prompt(boolean remembers) throws IOException {
    Optional<String> instructions = Optional.empty();
    if (spec.instructions().isPresent()) {
      instructions = Optional.of(Files.readString(spec.instructions().get()));
    }
    Optional<String> said =
        ticket.cause() == Cause.REPLY && !remembers
            ? row.lastRun().flatMap(workspaces::resultOf)
            : Optional.empty();
    return Prompt.of(instructions, task, comments, ticket.cause(), said);
  }

  /** Runs the agent until it ends or the meter stops it. */
  RunResult work(Room in, Pulse pulse, Meter meter) throws IOException {
    RunRequest request =
        new RunRequest(
            ticket.runId(),
            in.prompt(),
            in.workspace(),
            in.home(),
            in.record(),
            session(),
            spec.surroundings().trusted(),
            spec.limits(),
            containment(pulse));
    meter.running(Thread.currentThread());
    try {
      RunResult result = spec.agent().run(request, meter);
      if (request.session().isEmpty() || !isLost(result)) {
        return result;
      }
      log.info("run_id={} starts anew: its session is gone", ticket.runId());
      Workspaces.write(in.prompt(), prompt(false));
      return spec.agent().run(request.withSession(Optional.empty()), meter);
    } catch (RuntimeException e) {
      log.error(
          "the agent's adapter failed run_id={} task_id={} worker={}",
          ticket.runId(),
          ticket.key().id(),
          spec.name(),
          e);
      return new RunResult.Failed(
          RunResult.Failure.AGENT_FAILED,
          "The agent's adapter failed; the worker's log says how.",
          "",
          OptionalInt.empty());
    } finally {
      meter.ended();
      // What stopped the run is in the meter; from here on the run is brought to its end.
      Thread.interrupted();
    }
  }

  private static boolean isLost(RunResult result) {
    return result instanceof RunResult.Failed failed
        && failed.failure() == RunResult.Failure.SESSION_LOST;
  }

  private Optional<Session> session() {
    return row.session()
        .map(id ->
            new Session(
                id, SessionUsage.of(id, parts.office().ledger().tasks().records(ticket.key()))));
  }
}
