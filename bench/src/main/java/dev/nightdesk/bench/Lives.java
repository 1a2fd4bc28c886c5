package dev.nightdesk.bench;

import dev.nightdesk.audit.Verification;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whole lives of tasks, with an agent that says its result at once: from the insert until the last
 * one is in review, with its two comments, its ledger rows and its audit line.
 */
final class Lives {
  private static final int CONCURRENCY = Integer.getInteger("bench.concurrency", 4);
  private static final int TASKS = Integer.getInteger("bench.tasks", 2_000);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final int WARM_UPS = Integer.getInteger("bench.warm", 5);
  private static final int PGBENCH_SECONDS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Stage stage;

  Lives(Stage stage) {
    this.stage = stage;
  }

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      return new Lives(stage).rows();
    }
  }

  private List<Row> rows() throws Exception {
    Path shared = stage.folder().resolve("shared");
    Path alone = stage.folder().resolve("alone");
    Samples bare = new Samples();
    Samples onPostgres = new Samples();
    Samples onSqlite = new Samples();
    try (Ledger postgres = stage.ledger(shared, true);
        Ledger sqlite = stage.ledger(alone, false);
        Side first = new Side(shared, postgres, "shared_tasks");
        Side second = new Side(alone, sqlite, "own_tasks")) {
      for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
        first.livesPerSecond();
        second.livesPerSecond();
      }
      Pgbench pgbench = new Pgbench(stage, "shared_tasks");
      for (int round = 0; round < ROUNDS; round++) {
        bare.add(pgbench.pairsPerSecond(CONCURRENCY, PGBENCH_SECONDS));
        onPostgres.add(first.livesPerSecond());
        onSqlite.add(second.livesPerSecond());
      }
      first.check();
      second.check();
    }
    return List.of(
        row("ledger in PostgreSQL, fsync " + stage.ask("show fsync"), onPostgres, bare),
        row("ledger in SQLite", onSqlite, bare));
  }

  private static Row row(String ledger, Samples lives, Samples bare) {
    double ratio = bare.median() / lives.median();
    return new Row(
        "whole task lives, " + ledger,
        lives.withRange() + " tasks/s",
        "pgbench, the two status updates alone: " + bare.withRange() + " pairs/s",
        "1/" + Samples.round(ratio),
        "at least 1/12",
        ratio <= 12);
  }

  /** One worker with its own queue and ledger. */
  private final class Side implements AutoCloseable {
    private final Path home;
    private final String table;
    private final TaskQueue queue;
    private final Office office;
    private int done;

    Side(Path home, Ledger ledger, String table) throws Exception {
      this.home = home;
      this.table = table;
      this.queue = stage.queue(table);
      this.office = stage.office(home, ledger);
      queue.poll(Optional.empty());
    }

    double livesPerSecond() throws Exception {
      ScriptedAgent agent = ScriptedAgent.saying("All is done.\nSTATUS: OK\nEND_OF_RUN");
      try (Worker worker = new Worker(stage.worker(home, queue, agent, CONCURRENCY), office)) {
        worker.watch();
        long start = System.nanoTime();
        stage.run(
            "insert into %s (title, description) select 'Task ' || n, 'What is to be done.'"
                    .formatted(table)
                + " from generate_series(1, "
                + TASKS
                + ") n");
        String open = "select count(*) from " + table + " where status in ('pending', 'running')";
        stage.await(open, "0", PATIENCE);
        double seconds = (System.nanoTime() - start) / 1e9;
        done += TASKS;
        worker.drain(PATIENCE);
        stage.run("update " + table + " set status = 'done' where status = 'review'");
        return TASKS / seconds;
      }
    }

    /** Nothing was left out to be faster. */
    void check() throws Exception {
      String comments = stage.ask("select count(*) from " + table + "_comments");
      Verification audit = office.audit().verify();
      if (!comments.equals("" + 2 * done) || audit.records() != done || !audit.holds()) {
        throw new IllegalStateException(comments + " comments on " + done + " tasks; " + audit);
      }
    }

    @Override
    public void close() {
      queue.close();
    }
  }
}
