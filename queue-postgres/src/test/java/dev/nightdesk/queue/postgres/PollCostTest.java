package dev.nightdesk.queue.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.Survey;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.GivenValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Polls cost what changed, and not what there is. Plans are looked at, for clocks are not fair. */
@ExtendWith(TestServer.class)
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PollCostTest {
  private TestDatabase database;
  private TaskQueue queue;

  @BeforeAll
  void fill() throws Exception {
    database = new TestDatabase();
    queue = database.queue();
    queue.poll(Optional.empty());
    database.run("alter table tasks set (autovacuum_enabled = off)");
    database.run("alter table task_comments set (autovacuum_enabled = off)");
    fill("done", 100_000, "{}");
    fill("pending", 10_000, "{1,2}");
    database.run(
        "insert into task_comments (task_id, body, created_at)"
            + " select id, 'long ago', now() - interval '1 day' from tasks limit 20000");
  }

  private void fill(String status, int rows, String blockers) throws Exception {
    database.run("set session_replication_role = replica");
    database.run(
        "insert into tasks (title, status, blocked_by, updated_at) select 'task ' || n, ?,"
            + " ?::bigint[], now() - interval '1 day' from generate_series(1, "
            + rows
            + ") n",
        status,
        blockers);
    database.run("set session_replication_role = origin");
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @Test
  void readsNoTableToFindThatNothingChangedWithoutStatistics() throws Exception {
    database.run("delete from pg_statistic where starelid = 'tasks'::regclass");
    database.run("delete from pg_statistic where starelid = 'task_comments'::regclass");
    assertThat(plan(pollAfterSettling())).noneMatch(line -> line.contains("Seq Scan"));
  }

  @Test
  void readsNoTableToFindThatNothingChangedWithStatisticsToo() throws Exception {
    database.run("analyze tasks");
    database.run("analyze task_comments");
    assertThat(plan(pollAfterSettling())).noneMatch(line -> line.contains("Seq Scan"));
  }

  @Test
  void readsOnlyTheRowsThatChanged() throws Exception {
    database.run("analyze tasks");
    String cursor = pollAfterSettling();
    database.run("delete from pg_statistic where starelid = 'tasks'::regclass");
    database.run("update tasks set title = 'changed' where id between 500 and 509");
    assertThat(queue.poll(Optional.of(cursor)).tasks()).hasSize(10);
    assertThat(plan(cursor)).noneMatch(line -> line.contains("Seq Scan"));
  }

  @Test
  void findsWhoWaitsForAChangedTaskByAnIndex() throws Exception {
    database.run("analyze tasks");
    String id = queue.poll(Optional.empty()).tasks().getFirst().id();
    String waiting =
        database
            .ask(
                "insert into tasks (title, blocked_by) values ('w', array["
                    + id
                    + "]) returning id")
            .getFirst();
    String cursor = pollAfterSettling();
    database.run("update tasks set status = 'done' where id = " + id);
    assertThat(queue.poll(Optional.of(cursor)).tasks()).extracting(Task::id).contains(id, waiting);
    assertThat(plan(cursor)).noneMatch(line -> line.contains("Seq Scan"));
  }

  @Test
  void listsTheOpenOnesWithoutReadingTheFinished() throws Exception {
    database.run("analyze tasks");
    assertThat(explain(reader().openSql(), new Cursor(0, 0, 0, 0, 0)))
        .noneMatch(line -> line.contains("Seq Scan"));
  }

  private String pollAfterSettling() throws Exception {
    String first = queue.poll(Optional.empty()).cursor().orElseThrow();
    return queue.poll(Optional.of(first)).cursor().orElseThrow();
  }

  private List<String> plan(String cursor) throws Exception {
    Cursor since = Cursor.parse(cursor).orElseThrow();
    List<String> plan = explain(reader().changedSql(), since);
    plan.addAll(explain(reader().commentsSql().orElseThrow(), since));
    return plan;
  }

  private List<String> explain(String sql, Cursor since) throws Exception {
    return database.ask(
        "explain (analyze, costs off, timing off) "
            + sql.replace(":floor", "to_timestamp(" + since.floor() / 1e6 + ")")
                .replace(":open", since.open() + "::bigint"));
  }

  private TaskReader reader() throws Exception {
    Names names = Names.from(GivenValues.of(Map.of()));
    Jdbi jdbi = Jdbi.create(database.person());
    Layout layout = jdbi.withHandle(handle -> new Survey(names, handle).look());
    return new TaskReader(layout, names);
  }
}
