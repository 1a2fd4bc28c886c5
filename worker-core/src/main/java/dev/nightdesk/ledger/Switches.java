package dev.nightdesk.ledger;

import dev.nightdesk.spi.Task;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What keeps runs from starting: the kill switch, held workers, held agent accounts. */
public final class Switches {
  /** The name under which all workers are stopped. */
  private static final String EVERYBODY = "";

  private static final String INSERT =
      "insert into switch (kind, name, reason, release, since, until)"
          + " values (:kind, :name, :reason, :release, :now, :until)"
          + " on conflict (kind, name) do ";

  private final Database database;
  private final InstantSource clock;

  Switches(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  private enum Kind {
    STOP,
    WORKER,
    ACCOUNT,
    /** Not a switch of ours: a task in the queue that carries the label. */
    LABEL
  }

  /**
   * {@code worker} is empty where all are stopped.
   *
   * @param release how a person ends it
   */
  public record Stop(Optional<String> worker, String why, String release, Instant since) {}

  /** What is switched for one worker, in one look. */
  record InForce(
      Optional<String> stopped, Optional<Runs.Hold> worker, Optional<Runs.Hold> account) {
    static final InForce NOTHING =
        new InForce(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private record Row(Kind kind, String name, Instant since, Runs.Hold hold) {}

  public void stop(Optional<String> worker, String why) {
    put(Kind.STOP, worker.orElse(EVERYBODY), new Runs.Hold(why, "", Optional.empty()), true);
  }

  /** False if it was not stopped. */
  public boolean resume(Optional<String> worker) {
    return remove(Kind.STOP, worker.orElse(EVERYBODY));
  }

  /** The stop that is in force for this worker, be it for all or for it alone. */
  public Optional<Stop> stopped(String worker) {
    return all().stream()
        .filter(stop -> stop.worker().isEmpty() || stop.worker().get().equals(worker))
        .findFirst();
  }

  /** Every stop; the one for all comes first. */
  public List<Stop> all() {
    return database.each(Switches::rows).stream()
        .sorted(Comparator.comparing(Row::name))
        .filter(row -> row.kind() == Kind.STOP || row.kind() == Kind.LABEL)
        .map(row ->
            new Stop(
                Optional.of(row.name()).filter(name -> !name.equals(EVERYBODY)),
                row.hold().reason(),
                release(row),
                row.since()))
        .toList();
  }

  private static String release(Row row) {
    if (row.kind() == Kind.LABEL) {
      return "take that label away, or close that task";
    }
    return "nightdesk resume" + (row.name().equals(EVERYBODY) ? "" : " --worker " + row.name());
  }

  /** True if it is new: the first reason stands until a person releases it. */
  public boolean holdWorker(String worker, String reason, String release) {
    return put(Kind.WORKER, worker, new Runs.Hold(reason, release, Optional.empty()), false);
  }

  public Optional<Runs.Hold> workerHold(String worker) {
    return database.each(handle -> inForce(handle, worker, clock.instant())).worker();
  }

  /** False if it was not held. */
  public boolean releaseWorker(String worker) {
    return remove(Kind.WORKER, worker);
  }

  /**
   * Holds an account. {@code worker}, which found out, is known from now on to use it, so that it
   * waits together with all others that were seen to.
   */
  public void holdAccount(String worker, String account, Optional<Instant> until, String reason) {
    database.together(handle -> {
      handle
          .createUpdate(
              "insert into worker_account (worker, account) values (:worker, :account)"
                  + " on conflict (worker, account) do nothing")
          .bind("worker", worker)
          .bind("account", account)
          .execute();
      String release = "nightdesk resume --account " + account;
      return put(Kind.ACCOUNT, account, new Runs.Hold(reason, release, until), true);
    });
  }

  /** The accounts that wait now. */
  public Map<String, Runs.Hold> accountHolds() {
    Map<String, Runs.Hold> holds = new TreeMap<>();
    database.each(Switches::rows).stream()
        .filter(row -> row.kind() == Kind.ACCOUNT && isOn(row, clock.instant()))
        .forEach(row -> holds.put(row.name(), row.hold()));
    return holds;
  }

  /** False if it was not held. */
  public boolean releaseAccount(String account) {
    return remove(Kind.ACCOUNT, account);
  }

  /** Keeps an alert where a person can find it. */
  public void alert(Optional<TaskKey> key, String worker, String text) {
    database.each(handle ->
        handle
            .createUpdate(
                "insert into alert (worker, task_id, message, raised_at)"
                    + " values (:worker, :id, :text, :now)")
            .bind("worker", worker)
            .bind("id", key.map(TaskKey::id))
            .bind("text", Columns.text(text))
            .bind("now", Columns.time(clock.instant()))
            .execute());
  }

  static InForce inForce(Handle handle, String worker, Instant now) {
    List<Row> rows = rows(handle);
    if (rows.isEmpty()) {
      return InForce.NOTHING;
    }
    List<String> accounts =
        handle
            .createQuery("select account from worker_account where worker = :worker")
            .bind("worker", worker)
            .mapTo(String.class)
            .list();
    return new InForce(
        pick(rows, now, Kind.STOP, List.of(EVERYBODY, worker))
            .or(() -> pick(rows, now, Kind.LABEL, List.of(worker)))
            .map(Runs.Hold::reason),
        pick(rows, now, Kind.WORKER, List.of(worker)),
        pick(rows, now, Kind.ACCOUNT, accounts));
  }

  private static Optional<Runs.Hold> pick(
      List<Row> rows, Instant now, Kind kind, List<String> names) {
    return rows.stream()
        .filter(row -> row.kind() == kind && names.contains(row.name()) && isOn(row, now))
        .map(Row::hold)
        .findFirst();
  }

  private static boolean isOn(Row row, Instant now) {
    return row.hold().until().map(now::isBefore).orElse(true);
  }

  /** There are hardly ever any. */
  private static List<Row> rows(Handle handle) {
    return handle
        .createQuery(
            """
            select kind, name, reason, release, since, until from switch
            union all
            select 'LABEL', worker, 'task ' || place || ' carries the label ' || :label, '', since,
              null from stop_task
            order by kind, name\
            """)
        .bind("label", Task.STOP_LABEL)
        .map((row, context) -> row(row))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        Kind.valueOf(row.getString("kind")),
        row.getString("name"),
        Columns.knownTime(row, "since"),
        new Runs.Hold(
            row.getString("reason"), row.getString("release"), Columns.time(row, "until")));
  }

  private boolean put(Kind kind, String name, Runs.Hold hold, boolean replace) {
    String sql =
        INSERT
            + (replace ? "update set reason = excluded.reason, until = excluded.until" : "nothing");
    return database.each(handle ->
        handle
                .createUpdate(sql)
                .bind("kind", kind)
                .bind("name", name)
                .bind("reason", Columns.text(hold.reason()))
                .bind("release", Columns.text(hold.release()))
                .bind("until", Columns.time(hold.until()))
                .bind("now", Columns.time(clock.instant()))
                .execute()
            > 0);
  }

  private boolean remove(Kind kind, String name) {
    return database.each(handle ->
        handle
                .createUpdate("delete from switch where kind = :kind and name = :name")
                .bind("kind", kind)
                .bind("name", name)
                .execute()
            > 0);
  }
}
