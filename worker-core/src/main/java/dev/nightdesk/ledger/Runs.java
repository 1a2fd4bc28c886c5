package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Update;

/** Runs: how each began, is going and ended. */
public final class Runs {
  private final Database database;
  private final Self self;
  private final InstantSource clock;

  Runs(Database database, Self self, InstantSource clock) {
    this.database = database;
    this.self = self;
    this.clock = clock;
  }

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
      Optional<String> lastApproved,
      Supplier<Month> thisMonth) {

    /**
     * What the worker spent and reserved in this calendar month (UTC). Asked only where a monthly
     * budget is set: from here on the worker's other starts wait, on all machines, until this one
     * is decided, so that no two of them count on the same money.
     */
    public Month month() {
      return thisMonth.get();
    }
  }

  /** A worker's money in a month: of ended runs, and put aside for those that are on. */
  public record Month(BigDecimal spent, BigDecimal reserved) {}

  public record Hold(String reason, String release, Optional<Instant> until) {}

  public record NewRun(
      String runId, Cause cause, BigDecimal reserveUsd, String agent, String contentHash) {}

  public record RunTicket(
      String runId, TaskKey key, long epoch, int attempt, Cause cause, Instant startedAt) {}

  /** How far a run has come. */
  public enum Phase {
    INTENDED,
    STARTED,
    ENDED
  }

  public record RunRow(
      String runId,
      TaskKey key,
      long epoch,
      int attempt,
      Cause cause,
      String agent,
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

  /**
   * The one place where a run begins: one transaction that keeps the task to itself and hands the
   * facts to {@code decide}, which may begin the run.
   *
   * @throws ReplacedException if this thread carries the task's execution and lost it to another
   */
  public <D> D start(TaskKey key, Function<Start, D> decide) {
    return database.together(
        handle -> decide.apply(new Beginning(database, handle, self, now(), key)));
  }

  /** A process works for it, which a later worker has to end. */
  public boolean started(RunTicket ticket, long pid, Instant pidStartedAt) {
    return advance(
        ticket,
        "phase = 'STARTED', pid = :pid, pid_started_at = :pidStartedAt",
        query -> query.bind("pid", pid).bind("pidStartedAt", Columns.time(pidStartedAt)));
  }

  /** What it cost until now, which is what a lost run is settled at. */
  public boolean spent(RunTicket ticket, BigDecimal costUsd) {
    return advance(
        ticket, "cost = :cost", query -> query.bind("cost", Columns.millionths(costUsd)));
  }

  private boolean advance(RunTicket ticket, String change, UnaryOperator<Update> values) {
    return database.loosely(handle ->
        values
                .apply(
                    handle
                        .createUpdate(
                            "update run set "
                                + change
                                + " where run_id = :run and phase <> 'ENDED' and exists"
                                + " (select 1 from task where worker = :worker and id = :id"
                                + " and epoch = :epoch)")
                        .bind("run", ticket.runId())
                        .bind("worker", ticket.key().worker())
                        .bind("id", ticket.key().id())
                        .bind("epoch", ticket.epoch()))
                .execute()
            > 0);
  }

  /** Whether the run is still the task's owner. */
  public boolean alive(RunTicket ticket) {
    return database.each(handle ->
        handle
            .createQuery(
                "select 1 from task where worker = :worker and id = :id and epoch = :epoch")
            .bind("worker", ticket.key().worker())
            .bind("id", ticket.key().id())
            .bind("epoch", ticket.epoch())
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }

  /** Ends the run with all that follows from it, at once or, where it was replaced, not at all. */
  public boolean conclude(RunTicket ticket, Conclusion conclusion) {
    return database.together(
        handle -> new Ending(handle, self, now()).conclude(ticket, conclusion));
  }

  /**
   * Ends a run whose worker died after it had come to this conclusion. Whoever began it can change
   * nothing any more.
   *
   * @throws ReplacedException if this thread carries the task's execution and lost it to another
   */
  public boolean recover(RunRow run, Conclusion conclusion) {
    return database.together(handle -> {
      Beginning.lock(database, handle, run.key(), now());
      return new Ending(handle, self, now()).recover(run, conclusion);
    });
  }

  /** Nothing was done, e.g. since the claim was refused: the run never was. */
  public boolean release(
      RunTicket ticket, TaskState next, Optional<String> waitReason, Optional<Instant> notBefore) {
    return database.together(
        handle -> new Ending(handle, self, now()).release(ticket, next, waitReason, notBefore));
  }

  /**
   * Closes the task's run that never ended, since its worker died, and makes the task ready for the
   * next one. Whoever began it can change nothing any more.
   *
   * @param record makes the audit record
   * @throws ReplacedException if this thread carries the task's execution and lost it to another
   */
  public Optional<RunRow> lost(TaskKey key, Function<RunRow, String> record) {
    return unended(key, (ending, run) -> ending.lose(run, record.apply(run)));
  }

  /**
   * Keeps whoever began the task's run that never ended from changing anything any more: it may
   * only have slept, and wakes up while its task is taken over.
   *
   * @return empty where the run has come to its end meanwhile
   * @throws ReplacedException as {@link #lost}
   */
  public Optional<RunRow> fence(TaskKey key) {
    return unended(key, Ending::fence);
  }

  private Optional<RunRow> unended(TaskKey key, BiConsumer<Ending, RunRow> change) {
    if (database.each(handle -> Ending.unended(handle, key)).isEmpty()) {
      return Optional.empty();
    }
    return database.together(handle -> {
      Beginning.lock(database, handle, key, now());
      Optional<RunRow> run = Ending.unended(handle, key);
      run.ifPresent(row -> change.accept(new Ending(handle, self, now()), row));
      return run;
    });
  }

  /** Runs of this home that never ended and whose worker's process is gone: their leftovers. */
  public List<RunRow> unfinishedOf(String homeId) {
    return ofDeadOwners("phase <> 'ENDED'", homeId);
  }

  /**
   * Ended runs without their audit line: of processes that are gone, and of this one where writing
   * it did not work. Look into the audit log first: a line may be there that was not noted here.
   */
  public List<RunRow> unrecorded(String homeId) {
    return ofDeadOwners("phase = 'ENDED' and recorded = false", homeId);
  }

  private List<RunRow> ofDeadOwners(String condition, String homeId) {
    record Owned(RunRow run, String owner) {}
    Instant longAgo = now().minus(Duration.ofMinutes(1));
    return database
        .each(handle ->
            handle
                .createQuery(
                    "select * from run where home_id = :home and "
                        + condition
                        + " order by started_at")
                .bind("home", homeId)
                .map((row, context) -> new Owned(Columns.run(row, context), row.getString("owner")))
                .list())
        .stream()
        .filter(owned ->
            self.knowsDead(owned.owner())
                || (owned.owner().equals(self.name())
                    && owned.run().endedAt().map(longAgo::isAfter).orElse(false)))
        .map(Owned::run)
        .toList();
  }

  /** Their audit lines are written. */
  public void recorded(List<String> runIds) {
    database.loosely(handle ->
        handle
            .createUpdate("update run set recorded = true where run_id in (<runs>)")
            .bindList("runs", runIds)
            .execute());
  }

  /** By its id, or by the beginning of it where only one run has that. */
  public Optional<RunRow> find(String runIdOrUniquePrefix) {
    List<RunRow> found =
        database.each(handle ->
            handle
                .createQuery("select * from run where substr(run_id, 1, :length) = :prefix limit 2")
                .bind("length", runIdOrUniquePrefix.length())
                .bind("prefix", runIdOrUniquePrefix)
                .map(Columns::run)
                .list());
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** The newest first: their ids grow with time. */
  public List<RunRow> list(Optional<String> worker, int limit) {
    return database.each(handle ->
        handle
            .createQuery(
                "select * from run"
                    + (worker.isPresent() ? " where worker = :worker" : "")
                    + " order by run_id desc limit :limit")
            .bind("worker", worker)
            .bind("limit", limit)
            .map(Columns::run)
            .list());
  }

  private Instant now() {
    return Columns.time(clock.instant());
  }
}
