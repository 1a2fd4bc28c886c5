package dev.nightdesk.app;

import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.Worker.Ended;
import dev.nightdesk.worker.Worker.LiveRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a person sees while workers work: on a terminal one line per running task, redrawn; anywhere
 * else one plain line when a run ends.
 */
final class Progress implements AutoCloseable {
  private static final long REDRAWN_MILLIS = 500;
  private static final int MANY = 12;

  private final Console console;
  private final List<Worker> workers;
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread drawing;

  Progress(Console console, List<Worker> workers, InstantSource clock) {
    this.console = console;
    this.workers = List.copyOf(workers);
    this.clock = clock;
    workers.forEach(worker -> worker.onEnded(this::ended));
    drawing = Thread.ofVirtual().name("progress").unstarted(this::draw);
  }

  void begin() {
    if (console.isTerminal()) {
      drawing.start();
    }
  }

  private void draw() {
    try {
      do {
        console.show(lines());
      } while (!closed.await(REDRAWN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopped) {
      // the last lines are wiped by whoever closes
    }
  }

  private List<String> lines() {
    List<LiveRun> runs = workers.stream().flatMap(worker -> worker.live().stream()).toList();
    List<String> lines = new ArrayList<>(runs.stream().limit(MANY).map(this::line).toList());
    if (runs.size() > MANY) {
      lines.add(console.dim("… and " + (runs.size() - MANY) + " more"));
    }
    return lines;
  }

  private String line(LiveRun run) {
    Instant now = clock.instant();
    String text =
        "%s  %s  %s  last sign %s ago  %s  %s"
            .formatted(
                Text.oneLine(run.key().toString()),
                run.phase(),
                Text.duration(Duration.between(run.startedAt(), now)),
                Text.duration(Duration.between(run.lastSign(), now)),
                Text.dollars(run.costUsd()),
                Text.oneLine(run.title()));
    return console.dim(Text.cut(text, console.width() - 1));
  }

  private void ended(Ended run) {
    String status = run.status().name();
    console.print(
        "%s  %s  %s  %s  %s%s"
            .formatted(
                switch (run.next()) {
                  case REVIEW -> console.green(status);
                  case FAILED, HELD -> console.red(status);
                  default -> console.yellow(status);
                },
                Text.oneLine(run.key().toString()),
                Text.duration(run.took()),
                Text.dollars(run.cost()),
                Text.oneLine(run.title()),
                run.reason().isBlank() ? "" : " (" + Text.oneLine(run.reason()) + ")"));
  }

  @Override
  public void close() {
    closed.countDown();
    drawing.interrupt();
    console.show(List.of());
  }
}
