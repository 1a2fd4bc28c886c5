package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Runs: how each began, is going and ended. */
@SuppressWarnings("DoNotCallSuggester")
public final class Runs {
  Runs() {}

  /** What {@link #start} hands to the one who decides. */
  public interface Start {
    Facts facts();

    /** Begins the run; at most once. */
    RunTicket begin(NewRun run);
  }

  public record Facts(
      TaskRow task,
      Optional<String> stopped,
      Optional<Hold> workerHold,
      Optional<Hold> accountHold,
      int runsInWindow,
      BigDecimal taskSpent,
      BigDecimal monthSpent) {}

  public record Hold(String reason, String release, Optional<Instant> until) {}

  public record NewRun(
      String runId, Cause cause, BigDecimal reserveUsd, String agent, String contentHash) {}

  public record RunTicket(
      String runId, TaskKey key, long epoch, int attempt, Cause cause, Instant startedAt) {}

  public record Conclusion(
      RunStatus status,
      String reason,
      TaskState next,
      Optional<Instant> notBefore,
      Optional<String> waitReason,
      Optional<Hold> hold,
      boolean charged,
      boolean modelFailed,
      BigDecimal costUsd,
      Optional<String> session,
      List<Entry> entries,
      String recordJson) {
    public Conclusion {
      entries = List.copyOf(entries);
    }
  }

  /** How far a run has come. */
  public enum Phase {
    INTENDED,
    CLAIMED,
    STARTED,
    ENDED
  }

  public record RunRow(
      String runId,
      TaskKey key,
      long epoch,
      int attempt,
      Cause cause,
      Phase phase,
      String host,
      String homeId,
      Optional<Long> pid,
      Optional<Instant> pidStartedAt,
      Instant startedAt,
      Optional<Instant> endedAt,
      Optional<RunStatus> status,
      Optional<String> reason,
      BigDecimal costUsd,
      Optional<String> recordJson,
      boolean recorded) {}

  /** The one place where a run begins; the task must be known. */
  public <D> D start(TaskKey key, Function<Start, D> decide) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean claimed(RunTicket ticket) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean started(RunTicket ticket, long pid, Instant pidStartedAt) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean alive(RunTicket ticket) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean conclude(RunTicket ticket, Conclusion conclusion) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean release(
      RunTicket ticket, TaskState next, Optional<String> waitReason, Optional<Instant> notBefore) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Closes the newest run that never ended; {@code record} makes its audit record. */
  public Optional<RunRow> lost(TaskKey key, Function<RunRow, String> record) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<RunRow> unfinishedOf(String homeId) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<RunRow> unrecorded(String homeId) {
    throw new UnsupportedOperationException("not yet");
  }

  public void recorded(String runId) {
    throw new UnsupportedOperationException("not yet");
  }

  public Optional<RunRow> find(String runIdOrUniquePrefix) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<RunRow> list(Optional<String> worker, int limit) {
    throw new UnsupportedOperationException("not yet");
  }
}
