package dev.nightdesk.bench;

import dev.nightdesk.audit.Verification;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A thousand runs at once, for longer than two heartbeats, in a JVM that {@code bench/run} starts
 * with 512 MB.
 */
final class Crowd {
  private static final int TASKS = 1_000;
  private static final int HELD_SECONDS = 25;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Crowd() {}

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage();
        Ledger ledger = stage.ledger(stage.folder(), true);
        TaskQueue queue = stage.queue("tasks")) {
      queue.poll(Optional.empty());
      CountDownLatch there = new CountDownLatch(TASKS);
      CountDownLatch go = new CountDownLatch(1);
      ScriptedAgent agent =
          new ScriptedAgent((request, voice) -> {
            there.countDown();
            go.await();
            return voice.done("All is done.");
          });
      Office office = stage.office(stage.folder(), ledger);
      try (Worker worker = new Worker(stage.worker(stage.folder(), queue, agent, TASKS), office)) {
        worker.watch();
        long start = System.nanoTime();
        stage.run("insert into tasks (title) select 'Task ' || n from generate_series(1, 1000) n");
        if (!there.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException(there.getCount() + " tasks were not started");
        }
        double allStarted = (System.nanoTime() - start) / 1e9;
        Thread.sleep(Duration.ofSeconds(HELD_SECONDS));
        int alive = worker.live().size();
        long end = System.nanoTime();
        go.countDown();
        stage.await("select count(*) from tasks where status <> 'review'", "0", PATIENCE);
        double allEnded = (System.nanoTime() - end) / 1e9;
        worker.drain(PATIENCE);
        Verification audit = office.audit().verify();
        boolean met = alive == TASKS && audit.holds() && audit.records() == TASKS;
        return List.of(row(allStarted, allEnded, met));
      }
    }
  }

  private static Row row(double allStarted, double allEnded, boolean met) throws IOException {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    return new Row(
        "1,000 tasks at once in one JVM, in-process agent, " + HELD_SECONDS + " s long",
        "all running after %s s, all in review %s s after their end"
            .formatted(Samples.round(allStarted), Samples.round(allEnded)),
        "heap limit " + heap + " MB",
        "at most " + residentMost() + " MB resident",
        "512 MB",
        met);
  }

  private static long residentMost() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
