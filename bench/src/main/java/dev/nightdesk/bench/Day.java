package dev.nightdesk.bench;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.SettableClock;
import dev.nightdesk.worker.Worker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A day of a worker, with a clock that jumps from hour to hour: what it keeps in memory after each
 * one. Every task is done and closed in its hour.
 */
final class Day {
  private static final int TASKS = Integer.getInteger("bench.tasks", 50_000);
  private static final int HOURS = 24;
  private static final int SETTLED = 2;
  private static final double MOST_GROWTH = 1.10;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private Day() {}

  static List<Row> measure() throws Exception {
    long[] heap = new long[HOURS];
    int[] threads = new int[HOURS];
    SettableClock clock = new SettableClock(Instant.now());
    try (Stage stage = new Stage()) {
      Path home = stage.folder().resolve("home");
      // The scripted agent keeps every request.
      AgentRunner agent =
          (request, events) -> new RunResult.Finished("All is done.", OptionalInt.of(0));
      try (Ledger ledger = Ledger.open(home, Optional.empty(), clock);
          TaskQueue queue = stage.queue("tasks");
          Worker worker =
              new Worker(stage.worker(home, queue, agent, 4), stage.office(home, ledger))) {
        queue.poll(Optional.empty());
        worker.watch();
        for (int hour = 0; hour < HOURS; hour++) {
          hour(stage, TASKS / HOURS);
          clock.advance(Duration.ofHours(1));
          heap[hour] = used();
          threads[hour] = ManagementFactory.getThreadMXBean().getThreadCount();
        }
      }
    }
    double growth = (double) heap[HOURS - 1] / heap[SETTLED - 1];
    return List.of(
        new Row(
            "memory of a worker over a day, %,d tasks".formatted(TASKS),
            "%.1f MB after 24 hours, %d threads".formatted(mb(heap[HOURS - 1]), threads[HOURS - 1]),
            "%.1f MB after %d hours, %d threads"
                .formatted(mb(heap[SETTLED - 1]), SETTLED, threads[SETTLED - 1]),
            Samples.round(growth),
            "at most 1.1",
            growth <= MOST_GROWTH));
  }

  private static void hour(Stage stage, int tasks) throws Exception {
    stage.run(
        "insert into tasks (title, description) select 'Task ' || n, 'What is to be done.'"
            + " from generate_series(1, "
            + tasks
            + ") n");
    String open = "select count(*) from tasks where status in ('pending', 'running')";
    stage.await(open, "0", PATIENCE);
    stage.run("update tasks set status = 'done' where status = 'review'");
  }

  private static double mb(long bytes) {
    return bytes / 1048576.0;
  }

  /** What is really kept. */
  private static long used() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
