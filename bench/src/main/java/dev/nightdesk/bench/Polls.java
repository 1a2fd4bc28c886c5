package dev.nightdesk.bench;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.TaskQueue;
import java.util.List;
import java.util.Optional;

/**
 * What one round of an idle worker costs: ask the queue what changed, compare with the ledger, look
 * for what is to be delivered and what is ready.
 */
final class Polls {
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 1_000;
  private static final int WHOLE_ROUNDS = 20;
  private static final int FINISHED = 100_000;
  private static final int OPEN = 10_000;

  private final Stage stage;
  private final Ledger ledger;

  private Polls(Stage stage, Ledger ledger) {
    this.stage = stage;
    this.ledger = ledger;
  }

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage();
        Ledger ledger = stage.ledger(stage.folder(), true)) {
      return new Polls(stage, ledger).rows();
    }
  }

  private List<Row> rows() throws Exception {
    try (Side empty = new Side("empty", 0, 0);
        Side finished = new Side("finished", FINISHED, 0);
        Side open = new Side("open", FINISHED, OPEN)) {
      stage.run("vacuum analyze");
      List<Side> sides = List.of(empty, finished, open);
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        for (Side side : sides) {
          side.poll(false, round >= 0);
        }
      }
      for (int round = -2; round < WHOLE_ROUNDS; round++) {
        for (Side side : sides) {
          side.poll(true, round >= 0);
        }
      }
      return List.of(
          row("a poll, 100,000 finished tasks", finished.changes, empty.changes, true),
          row("the same, and 10,000 ready ones", open.changes, empty.changes, true),
          row(
              "the full listing of every 15 min, 100,000 finished",
              finished.whole,
              empty.whole,
              true),
          row("the same, and 10,000 ready ones", open.whole, empty.whole, false));
    }
  }

  private static Row row(String what, Samples figure, Samples beside, boolean bounded) {
    double ratio = figure.median() / beside.median();
    return new Row(
        what,
        Samples.round(figure.median()) + " ms",
        "empty table: " + Samples.round(beside.median()) + " ms",
        Samples.round(ratio),
        bounded ? "at most 1.5" : "shown",
        !bounded || ratio <= 1.5);
  }

  /** One worker with a table of so many tasks, all of which its ledger has seen. */
  private final class Side implements AutoCloseable {
    final String name;
    final TaskQueue queue;
    final Samples changes = new Samples();
    final Samples whole = new Samples();

    Side(String name, int finished, int open) throws Exception {
      this.name = name;
      this.queue = stage.queue(name);
      queue.poll(Optional.empty());
      stage.run("set session_replication_role = replica");
      fill(finished, "done");
      fill(open, "pending");
      stage.run("set session_replication_role = origin");
      stage.run(
          remembered(
              "task (worker, id, title, priority, picture, state, next_cause, epoch)",
              "'" + name + "', id::text, title, 0, id, 'AWAY', 'NEW', 1"));
      stage.run(
          remembered(
              "run (run_id, worker, task_id, epoch, attempt, cause, agent, content_hash, phase, owner,"
                  + " host, home_id, started_at, month, ended_at, status, reserved, record, recorded)",
              "'"
                  + name
                  + "-' || id, '"
                  + name
                  + "', id::text, 1, 1, 'NEW', 'scripted', '', 'ENDED',"
                  + " 'nobody', 'nowhere', '"
                  + ledger.homeId()
                  + "', now() - interval '1 day', 202601,"
                  + " now() - interval '1 day', 'OK', 0, '{}', true"));
      stage.run(
          remembered(
              "entry (entry_key, worker, task_id, run_id, kind, body, extra, created_at, done_at)",
              "'" + name + "-' || id, '" + name + "', id::text, '', 'NOTE', '', '', now(), now()"));
    }

    private void fill(int tasks, String status) throws Exception {
      stage.run(
          "insert into %s (title, status, updated_at) select 'Task ' || n, '%s',"
                  .formatted(name, status)
              + " now() - interval '1 day' from generate_series(1, "
              + tasks
              + ") n");
    }

    private String remembered(String columns, String values) {
      return "insert into nightdesk.%s select %s from %s where status = 'done'"
          .formatted(columns, values, name);
    }

    void poll(boolean all, boolean counts) throws Exception {
      long start = System.nanoTime();
      Optional<String> stored = ledger.tasks().cursor(name);
      Poll poll = queue.poll(all ? Optional.empty() : stored);
      ledger.tasks().see(name, poll, stored);
      ledger.outbox().due(name);
      ledger.tasks().ready(name, 2);
      if (counts) {
        (all ? whole : changes).add((System.nanoTime() - start) / 1e6);
      }
    }

    @Override
    public void close() {
      queue.close();
    }
  }
}
