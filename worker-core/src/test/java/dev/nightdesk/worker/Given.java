package dev.nightdesk.worker;

import dev.nightdesk.gate.Bounds;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.worker.WorkerSpec.Authors;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import dev.nightdesk.worker.WorkerSpec.Registry;
import dev.nightdesk.worker.WorkerSpec.Surroundings;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.LeftFile;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker, a task and a run, as most tests need them. */
final class Given {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final TaskKey KEY = new TaskKey("writer", "42");
  static final String RUN_ID = "0193-run";
  static final Task TASK = Task.of("42", "Write it", Standing.READY).build();

  private Given() {}

  static RunLimits limits() {
    return new RunLimits(
        Duration.ofMinutes(30),
        Optional.of(Duration.ofMinutes(10)),
        200,
        new BigDecimal("5"),
        1 << 20,
        64 << 20);
  }

  static WorkerSpec spec() {
    return new WorkerSpec(
        "writer",
        "postgres",
        new OneCircleQueue(),
        "command",
        (request, events) -> new RunResult.Stopped(""),
        Duration.ofSeconds(30),
        1,
        limits(),
        new Bounds(3, new BigDecimal("5"), new BigDecimal("20"), Optional.empty(), Bounds.LOOP),
        Optional.empty(),
        new Expectations(false, List.of()),
        new Authors.Anyone(),
        new Surroundings(
            Path.of("/desk"),
            true,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Allowance.ALL),
        new Registry(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  static TaskRow row(int modelFailures, Optional<String> session, int runs) {
    return new TaskRow(
        KEY,
        "Write it",
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        TaskState.READY,
        Cause.NEW,
        1,
        0,
        0,
        modelFailures,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        session,
        Optional.empty(),
        new BigDecimal("1.5"),
        runs);
  }

  static RunTicket ticket(int attempt) {
    return new RunTicket(RUN_ID, KEY, 1, attempt, Cause.NEW, NOW);
  }

  /** A meter whose clock stands still. */
  static Meter meter() {
    return new Meter(limits(), () -> 0, (meter, event) -> {});
  }

  static Meter stopped(Meter.Stop why) {
    Meter meter = meter();
    meter.stop(why);
    return meter;
  }

  static Left files(String... names) {
    return new Left(
        List.of(names).stream()
            .map(name -> new LeftFile(Path.of(name), 2048, FileTime.fromMillis(0)))
            .toList(),
        List.of(),
        Optional.empty());
  }
}
