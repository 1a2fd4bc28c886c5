package dev.nightdesk.worker;

import dev.nightdesk.audit.RunRecord;
import dev.nightdesk.audit.RunRecord.Agent;
import dev.nightdesk.audit.RunRecord.Assignment;
import dev.nightdesk.audit.RunRecord.Consumption;
import dev.nightdesk.audit.RunRecord.Course;
import dev.nightdesk.audit.RunRecord.Place;
import dev.nightdesk.audit.RunRecord.ToolCount;
import dev.nightdesk.audit.RunRecord.Volume;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.worker.Workspaces.Room;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes the audit records of a worker's runs. */
final class Records {
  private final WorkerSpec spec;
  private final Redaction redaction;
  private final String host;

  Records(WorkerSpec spec, Redaction redaction, String host) {
    this.spec = spec;
    this.redaction = redaction;
    this.host = host;
  }

  /** The record of a run that came to a verdict. */
  String of(Evidence run, Verdict verdict, Instant endedAt) {
    Meter meter = run.meter();
    var introduced = meter.introduced();
    return new RunRecord(
            run.ticket().runId(),
            assignment(run.row(), run.ticket().attempt(), run.ticket().cause()),
            new Agent(spec.agentName(), clean(introduced.version()), clean(introduced.model())),
            new Course(
                run.ticket().startedAt(),
                endedAt,
                run.took(),
                verdict.status(),
                redaction.conceal(verdict.reason()),
                run.result().exitCode(),
                clean(introduced.session())),
            volume(run, verdict),
            consumption(meter),
            new Place(run.room().map(room -> room.workspace().toString()), host))
        .json();
  }

  private Assignment assignment(TaskRow row, int attempt, Cause cause) {
    return new Assignment(
        spec.name(),
        spec.registry().owner(),
        spec.queueName(),
        row.key().id(),
        redaction.conceal(row.title()),
        clean(row.url()),
        attempt,
        cause);
  }

  private Optional<String> clean(Optional<String> text) {
    return text.map(redaction::conceal);
  }

  private static Volume volume(Evidence run, Verdict verdict) {
    OptionalLong in = run.room().map(Room::prompt).map(Records::size).orElse(OptionalLong.empty());
    OptionalLong out = OptionalLong.of(verdict.text().getBytes(StandardCharsets.UTF_8).length);
    return new Volume(in, out, run.room().map(Room::result).map(Path::toString));
  }

  private static OptionalLong size(Path file) {
    long bytes = file.toFile().length();
    return Files.exists(file) ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  private Consumption consumption(Meter meter) {
    Usage used = meter.used();
    List<ToolCount> tools =
        meter.tools().entrySet().stream()
            .map(tool -> new ToolCount(redaction.conceal(tool.getKey()), tool.getValue()))
            .toList();
    return new Consumption(
        tools,
        used.calls(),
        used.inputTokens(),
        used.outputTokens(),
        used.cachedTokens(),
        used.equals(Usage.NONE) ? Optional.empty() : Optional.of(meter.costUsd()),
        clean(meter.costBasis()));
  }

  /** The record of a run whose worker died; what nobody knows any more is empty. */
  String lost(TaskRow row, RunRow run, Instant now) {
    boolean paid = run.costUsd().compareTo(BigDecimal.ZERO) > 0;
    return new RunRecord(
            run.runId(),
            assignment(row, run.attempt(), run.cause()),
            new Agent(spec.agentName(), Optional.empty(), Optional.empty()),
            new Course(
                run.startedAt(),
                now,
                Duration.between(run.startedAt(), now),
                RunStatus.LOST,
                "Its worker died or was cut off.",
                OptionalInt.empty(),
                row.session()),
            new Volume(OptionalLong.empty(), OptionalLong.empty(), Optional.empty()),
            new Consumption(
                List.of(),
                0,
                0,
                0,
                0,
                paid ? Optional.of(run.costUsd()) : Optional.empty(),
                paid ? Optional.of("reported until it was lost") : Optional.empty()),
            new Place(Optional.empty(), run.host()))
        .json();
  }
}
