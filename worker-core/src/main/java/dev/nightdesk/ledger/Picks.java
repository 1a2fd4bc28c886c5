package dev.nightdesk.ledger;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.jdbc.Queries;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executions of one worker, as db-scheduler picks them: in one statement on both databases, and
 * only its own. Left to itself, db-scheduler would pick those of other workers too, find that it
 * does not know them, and put them back.
 */
class Picks extends DefaultJdbcCustomization {
  private static final Logger log = LoggerFactory.getLogger(Picks.class);

  private final Database database;
  private final String worker;
  private final Self self;
  private final InstantSource clock;
  private final AtomicBoolean quiet;
  private final AtomicBoolean away;

  Picks(Database database, String worker, Self self, InstantSource clock) {
    super(!database.isPostgres());
    this.database = database;
    this.worker = worker;
    this.self = self;
    this.clock = clock;
    this.quiet = new AtomicBoolean();
    this.away = new AtomicBoolean();
  }

  /** For another part of the same worker's executions: what one is told, both know. */
  Picks(Picks others) {
    super(!others.database.isPostgres());
    this.database = others.database;
    this.worker = others.worker;
    this.self = others.self;
    this.clock = others.clock;
    this.quiet = others.quiet;
    this.away = others.away;
  }

  /** Whether to look for any at all now. */
  boolean looks() {
    return !isQuiet();
  }

  /** A further condition on the executions that are picked, in SQL. */
  String which() {
    return "";
  }

  Database database() {
    return database;
  }

  String worker() {
    return worker;
  }

  /** The name that picked executions carry. */
  String owner() {
    return self.name();
  }

  Instant now() {
    return Columns.time(clock.instant());
  }

  /** Nothing is picked from now on. */
  void quiet() {
    quiet.set(true);
  }

  boolean isQuiet() {
    return quiet.get();
  }

  @Override
  public String getName() {
    return "Nightdesk";
  }

  @Override
  public String getQueryLimitPart(int limit) {
    return Queries.postgresSqlLimitPart(limit);
  }

  @Override
  public boolean supportsSingleStatementLockAndFetch() {
    return true;
  }

  @Override
  public List<Execution> lockAndFetchSingleStatement(
      JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
    if (!looks()) {
      return List.of();
    }
    try {
      List<Execution> picked = pick(Columns.time(now), limit);
      if (away.compareAndSet(true, false)) {
        log.info("worker={} the ledger answers again", worker);
      }
      return picked;
    } catch (LedgerException e) {
      if (away.compareAndSet(false, true)) {
        log.warn("worker={} starts nothing until the ledger answers. {}", worker, e.getMessage());
      }
      return List.of();
    }
  }

  private List<Execution> pick(Instant now, int limit) {
    return database
        .loosely(handle ->
            handle
                .createQuery(
                    """
                    with due as (select task_name, task_instance from scheduled_tasks
                      where task_name = :worker and picked = false and execution_time <= :now
                    """
                        + which()
                        + " order by priority desc, execution_time limit :limit"
                        + database.forUpdateSkipLocked()
                        + """
                        ) update scheduled_tasks set picked = true, picked_by = :owner,
                          last_heartbeat = :now, version = version + 1
                        where (task_name, task_instance) in (select * from due)
                          and picked = false
                        returning *\
                        """)
                .bind("worker", worker)
                .bind("now", now)
                .bind("limit", limit)
                .bind("owner", owner())
                .map(Picks::execution)
                .list())
        .stream()
        .sorted(
            Comparator.comparingInt((Execution execution) -> -execution.taskInstance.getPriority())
                .thenComparing(Execution::getExecutionTime))
        .toList();
  }

  private static Execution execution(ResultSet row, StatementContext context) throws SQLException {
    return new Execution(
        Columns.knownTime(row, "execution_time"),
        new TaskInstance<Void>(
            row.getString("task_name"),
            row.getString("task_instance"),
            () -> null,
            row.getInt("priority")),
        true,
        row.getString("picked_by"),
        Columns.time(row, "last_success").orElse(null),
        Columns.time(row, "last_failure").orElse(null),
        row.getInt("consecutive_failures"),
        Columns.knownTime(row, "last_heartbeat"),
        row.getLong("version"));
  }

  /** How many executions are new or were brought forward; for several the database may guess. */
  int offer(Map<String, Integer> priorities) {
    return database.loosely(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              """
              insert into scheduled_tasks (task_name, task_instance, execution_time,
                picked, version, priority)
              values (:worker, :id, :now, false, 1, :priority)
              on conflict (task_name, task_instance) do update
                set execution_time = excluded.execution_time,
                  priority = excluded.priority, version = scheduled_tasks.version + 1
                where scheduled_tasks.picked = false
                  and scheduled_tasks.execution_time > excluded.execution_time\
              """);
      priorities.forEach((id, priority) ->
          batch
              .bind("worker", worker)
              .bind("id", id)
              .bind("now", now())
              .bind("priority", priority)
              .add());
      return (int) Arrays.stream(batch.execute()).filter(changed -> changed != 0).count();
    });
  }

  int due() {
    return database.each(handle ->
        handle
            .createQuery(
                "select count(*) from scheduled_tasks where task_name = :worker and picked = false"
                    + " and execution_time <= :now")
            .bind("worker", worker)
            .bind("now", now())
            .mapTo(Integer.class)
            .one());
  }

  /** Whether anything is due, or is picked by this process. */
  boolean any() {
    return database.each(handle ->
        handle
            .createQuery(
                """
                select exists (select 1 from scheduled_tasks where task_name = :worker
                  and (picked = false and execution_time <= :now
                    or picked = true and picked_by = :owner))\
                """)
            .bind("worker", worker)
            .bind("now", now())
            .bind("owner", owner())
            .mapTo(Boolean.class)
            .one());
  }

  /** Gives back what processes of this home and machine had picked that are certainly gone. */
  int releaseDeadOwners() {
    return database.together(handle ->
        handle
            .createQuery("select distinct picked_by from scheduled_tasks where picked = true")
            .mapTo(String.class)
            .list()
            .stream()
            .filter(self::knowsDead)
            .mapToInt(owner ->
                handle
                    .createUpdate(
                        """
                        update scheduled_tasks set picked = false, picked_by = null,
                          last_heartbeat = null, execution_time = :now,
                          version = version + 1
                        where picked = true and picked_by = :owner\
                        """)
                    .bind("now", now())
                    .bind("owner", owner)
                    .execute())
            .sum());
  }
}
