package dev.nightdesk.bench;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Executions;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Twenty that want the same ten thousand tasks, five on each of four machines: the ledger alone.
 */
final class Claimers {
  private static final int TASKS = 10_000;
  private static final int MACHINES = 4;
  private static final int SEATS = 5;
  private static final String WORKER = "claimer";

  private Claimers() {}

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      List<AutoCloseable> open = new ArrayList<>();
      try {
        return List.of(row(stage, open));
      } finally {
        for (AutoCloseable one : open.reversed()) {
          one.close();
        }
      }
    }
  }

  private static Row row(Stage stage, List<AutoCloseable> open) throws Exception {
    List<Ledger> ledgers = new ArrayList<>();
    List<Executions> all = new ArrayList<>();
    for (int machine = 0; machine < MACHINES; machine++) {
      Ledger ledger = stage.ledger(stage.folder().resolve("machine" + machine), true);
      open.add(ledger);
      ledgers.add(ledger);
      Executions executions =
          ledger.executions(WORKER, SEATS, Timings.USUAL, (key, pulse) -> carry(ledger, key));
      open.add(executions);
      all.add(executions);
    }
    ledgers
        .getFirst()
        .tasks()
        .see(WORKER, new Poll(tasks(), List.of(), true, Optional.empty()), Optional.empty());
    long start = System.nanoTime();
    all.forEach(Executions::start);
    // Everybody has everything carried, as workers do that see the same queue.
    String done = "select count(*) from nightdesk.task where state = 'REVIEW'";
    while (!stage.ask(done).equals("" + TASKS)) {
      for (int machine = 0; machine < MACHINES; machine++) {
        all.get(machine).offer(ledgers.get(machine).tasks().ready(WORKER, 150));
      }
      Thread.sleep(Duration.ofMillis(50));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String runs = stage.ask("select count(*) from nightdesk.run");
    String winners =
        stage.ask(
            "select count(distinct task_id) from nightdesk.run where status = 'OK' and epoch = 1");
    return new Row(
        "20 claimers on 4 machines, 10,000 tasks",
        winners + " tasks with one run each, " + runs + " runs",
        Samples.round(TASKS / seconds) + " tasks/s",
        "",
        "one winner each",
        runs.equals("" + TASKS) && winners.equals("" + TASKS));
  }

  private static List<Task> tasks() {
    return IntStream.range(0, TASKS)
        .mapToObj(n -> Task.of("t" + n, "Task " + n, Standing.READY).build())
        .toList();
  }

  private static Next carry(Ledger ledger, TaskKey key) {
    Optional<RunTicket> ticket =
        ledger
            .runs()
            .start(
                key,
                start ->
                    start.facts().task().state() == TaskState.READY
                        ? Optional.of(start.begin(run()))
                        : Optional.empty());
    ticket.ifPresent(mine -> ledger.runs().conclude(mine, conclusion()));
    return new Next.Done();
  }

  private static NewRun run() {
    return new NewRun(UUID.randomUUID().toString(), Cause.NEW, BigDecimal.ONE, "none", "hash");
  }

  private static Conclusion conclusion() {
    return new Conclusion(
        RunStatus.OK,
        "",
        TaskState.REVIEW,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        false,
        BigDecimal.ZERO,
        Optional.empty(),
        List.of(),
        List.of(),
        "{}");
  }
}
