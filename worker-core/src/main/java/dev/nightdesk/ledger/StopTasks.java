package dev.nightdesk.ledger;

import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Task;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tasks by which people stop a worker in its queue: the kill switch by a label. */
final class StopTasks {
  private StopTasks() {}

  /** Remembers those that a poll shows, and forgets those that it shows without the label. */
  static void see(Handle handle, String worker, Poll poll, Instant now) {
    if (poll.tasks().isEmpty() && !poll.whole()) {
      return;
    }
    Set<String> known =
        handle
            .createQuery("select task_id from stop_task where worker = :worker")
            .bind("worker", worker)
            .mapTo(String.class)
            .set();
    Set<String> over = poll.whole() ? new HashSet<>(known) : new HashSet<>();
    poll.tasks().stream().filter(task -> !task.stops()).map(Task::id).forEach(over::add);
    List<Task> stops = poll.tasks().stream().filter(Task::stops).toList();
    stops.forEach(task -> over.remove(task.id()));
    over.retainAll(known);
    if (!over.isEmpty()) {
      handle
          .createUpdate("delete from stop_task where worker = :worker and task_id in (<ids>)")
          .bind("worker", worker)
          .bindList("ids", List.copyOf(over))
          .execute();
    }
    insert(handle, worker, stops.stream().filter(task -> !known.contains(task.id())).toList(), now);
  }

  private static void insert(Handle handle, String worker, List<Task> stops, Instant now) {
    if (stops.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "insert into stop_task (worker, task_id, place, since)"
                + " values (:worker, :id, :place, :now) on conflict (worker, task_id) do nothing");
    for (Task task : stops) {
      batch
          .bind("worker", worker)
          .bind("id", task.id())
          .bind("place", Columns.text(task.url().map(URI::toString).orElse(task.id())))
          .bind("now", Columns.time(now))
          .add();
    }
    batch.execute();
  }
}
