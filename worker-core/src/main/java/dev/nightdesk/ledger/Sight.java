package dev.nightdesk.ledger;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Compares a poll with the picture in the ledger and writes down the difference. Every change says
 * what it saw before, so that a run which begins or ends at the same moment is never undone.
 */
final class Sight {
  /** A task that starts over; what else is to be forgotten follows. */
  static final String RENEW =
      """
      update task set state = case state when 'RUNNING' then state else :state end,
        next_cause = :cause, attempts = 0, crashes = 0, model_failures = 0, not_before = null,
        backoff = false, wait_reason = null, hold_reason = null, hold_release = null\
      """;

  /** Has an execution that waits for later start now, whichever process gets it. */
  static final String HASTEN =
      """
      update scheduled_tasks set execution_time = :now, version = version + 1
      where task_name = :worker and task_instance = :id
        and picked = false and execution_time > :now\
      """;

  private static final String KNOWN = "select id, state, next_cause, picture, round from task";
  private static final int CHUNK = 500;

  private final Handle handle;
  private final String worker;
  private final Instant now;
  private final Picture picture = new Picture();
  private final List<Seen> fresh = new ArrayList<>();
  private final List<Seen> changed = new ArrayList<>();
  private final List<Renewal> renewed = new ArrayList<>();
  private final List<Known> gone = new ArrayList<>();
  private final List<String> hastened = new ArrayList<>();
  private final List<TaskKey> returned = new ArrayList<>();

  /** What the ledger knew of a task before the poll. */
  private record Known(
      String id, TaskState state, Cause cause, long picture, Optional<String> round) {}

  private record Seen(Task task, long picture) {}

  private record Renewal(Known was, TaskState state, Cause cause) {}

  Sight(Handle handle, String worker, Instant now) {
    this.handle = handle;
    this.worker = worker;
    this.now = now;
  }

  /** Returns the tasks that ended in the ledger and are ready in the queue. */
  List<TaskKey> compare(Poll poll) {
    Map<String, Task> polled = new LinkedHashMap<>();
    poll.tasks().forEach(task -> polled.put(task.id(), task));
    Map<String, Known> known = new HashMap<>();
    if (poll.whole()) {
      keep(known, handle.createQuery(KNOWN + " where worker = :worker and state <> 'AWAY'"));
    }
    lookUp(known, polled.values(), poll.whole());
    polled.values().forEach(task -> look(task, known.remove(task.id())));
    if (poll.whole()) {
      known.values().stream().filter(row -> row.state() != TaskState.RUNNING).forEach(gone::add);
    }
    write();
    return returned;
  }

  /** Of a whole listing, only what may come back is left to look up; finished rows cost nothing. */
  private void lookUp(Map<String, Known> known, Collection<Task> polled, boolean whole) {
    List<String> ids =
        polled.stream()
            .filter(task -> !whole || task.standing() == Standing.READY)
            .map(Task::id)
            .filter(id -> !known.containsKey(id))
            .toList();
    for (int from = 0; from < ids.size(); from += CHUNK) {
      keep(
          known,
          handle
              .createQuery(KNOWN + " where worker = :worker and id in (<ids>)")
              .bindList("ids", ids.subList(from, Math.min(from + CHUNK, ids.size()))));
    }
  }

  private void keep(Map<String, Known> known, Query query) {
    query
        .bind("worker", worker)
        .map((row, context) ->
            new Known(
                row.getString("id"),
                TaskState.valueOf(row.getString("state")),
                Cause.valueOf(row.getString("next_cause")),
                row.getLong("picture"),
                Columns.text(row, "round")))
        .forEach(row -> known.put(row.id(), row));
  }

  private void look(Task task, @Nullable Known row) {
    if (row == null || row.state() == TaskState.AWAY) {
      if (task.standing() == Standing.READY) {
        arrive(new Seen(task, picture.of(task)), row);
      }
      return;
    }
    Seen seen = new Seen(task, picture.of(task));
    boolean differs = seen.picture() != row.picture();
    boolean nextRound = row.state() != TaskState.RUNNING && isNextRound(task, row);
    if (differs || nextRound) {
      changed.add(seen);
    }
    if (nextRound) {
      renew(task, row, Cause.NEW);
    } else if (row.state() == TaskState.READY) {
      lookAtReady(task, row, differs);
    } else if (row.state() != TaskState.RUNNING) {
      lookAtEnded(task, row);
    }
  }

  private void arrive(Seen seen, @Nullable Known row) {
    if (row == null) {
      fresh.add(seen);
    } else {
      changed.add(seen);
      renew(seen.task(), row, Cause.MANUAL);
    }
  }

  private static boolean isNextRound(Task task, Known row) {
    return row.round().isPresent() && task.round().isPresent() && !task.round().equals(row.round());
  }

  /**
   * A task that was never ours and is not ready any more is somebody else's. After a first run the
   * queue may well show our own mark while the task waits for the next one.
   */
  private void lookAtReady(Task task, Known row, boolean differs) {
    boolean ours = row.cause() != Cause.NEW;
    if (task.standing() == Standing.CLOSED || (task.standing() != Standing.READY && !ours)) {
      gone.add(row);
    } else if (differs) {
      hastened.add(task.id());
    }
  }

  private void lookAtEnded(Task task, Known row) {
    if (task.standing() == Standing.READY) {
      returned.add(new TaskKey(worker, task.id()));
    } else if (task.standing() == Standing.CLOSED) {
      gone.add(row);
    }
  }

  private void renew(Task task, Known row, Cause cause) {
    TaskState state =
        switch (task.standing()) {
          case READY -> TaskState.READY;
          case CLOSED -> TaskState.AWAY;
          default -> row.state();
        };
    renewed.add(new Renewal(row, state, cause));
    hastened.add(task.id());
  }

  private void write() {
    insert();
    updatePictures();
    batch(
        RENEW
            + ", session = null,"
            + " window_from = case when :byPerson then :now else window_from end"
            + " where worker = :worker and id = :id and state = :was",
        renewed,
        (batch, renewal) ->
            batch
                .bind("id", renewal.was().id())
                .bind("was", renewal.was().state())
                .bind("state", renewal.state())
                .bind("cause", renewal.cause())
                .bind("byPerson", renewal.cause() == Cause.MANUAL)
                .bind("now", now));
    batch(
        """
        update task set state = 'AWAY', not_before = null, backoff = false, wait_reason = null
        where worker = :worker and id = :id and state = :was\
        """,
        gone,
        (batch, row) -> batch.bind("id", row.id()).bind("was", row.state()));
    hasten();
  }

  /** Hardly any of the tasks has an execution that waits for later; those are looked up first. */
  private void hasten() {
    if (hastened.isEmpty()) {
      return;
    }
    Set<String> waiting =
        handle
            .createQuery(
                """
                select task_instance from scheduled_tasks join task
                  on worker = task_name and id = task_instance
                where task_name = :worker and picked = false and execution_time > :now
                  and state = 'READY' and not_before is null\
                """)
            .bind("worker", worker)
            .bind("now", now)
            .mapTo(String.class)
            .set();
    batch(
        HASTEN,
        hastened.stream().filter(waiting::contains).toList(),
        (batch, id) -> batch.bind("id", id).bind("now", now));
  }

  private void insert() {
    batch(
        """
        insert into task (worker, id, title, url, author_id, priority, due, created_at, updated_at,
          round, picture, state, next_cause)
        values (:worker, :id, :title, :url, :author, :priority, :due, :createdAt, :updatedAt,
          :round, :picture, 'READY', 'NEW')
        on conflict (worker, id) do nothing\
        """,
        fresh,
        Sight::bind);
  }

  private void updatePictures() {
    batch(
        """
        update task set title = :title, url = :url, author_id = :author, priority = :priority,
          due = :due, created_at = :createdAt, updated_at = :updatedAt, picture = :picture,
          round = case when state = 'RUNNING' then round else :round end,
          not_before = case when state = 'READY' and not backoff then null else not_before end,
          wait_reason = case when state = 'READY' and not backoff then null else wait_reason end
        where worker = :worker and id = :id\
        """,
        changed,
        Sight::bind);
  }

  private static void bind(PreparedBatch batch, Seen seen) {
    Task task = seen.task();
    batch
        .bind("id", task.id())
        .bind("title", Columns.title(task.title()))
        .bind("url", task.url().map(URI::toString))
        .bind("author", task.author().map(Author::id))
        .bind("priority", task.priority())
        .bind("due", Columns.time(task.due()))
        .bind("createdAt", Columns.time(task.createdAt()))
        .bind("updatedAt", Columns.time(task.updatedAt()))
        .bind("round", task.round())
        .bind("picture", seen.picture());
  }

  private <T> void batch(String sql, Collection<T> rows, BiConsumer<PreparedBatch, T> binding) {
    if (rows.isEmpty()) {
      return;
    }
    PreparedBatch batch = handle.prepareBatch(sql);
    for (T row : rows) {
      batch.bind("worker", worker);
      binding.accept(batch, row);
      batch.add();
    }
    batch.execute();
  }
}
