package dev.nightdesk.bench;

import dev.nightdesk.queue.airtable.AirtableFixture;
import dev.nightdesk.queue.github.GitHubFixture;
import dev.nightdesk.queue.linear.LinearFixture;
import dev.nightdesk.queue.todoist.TodoistFixture;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.QueueFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** What a {@code watch} keeps in memory of a service with 10,000 open tasks. */
final class Queues {
  private static final int MANY = 10_000;

  /** The slowest listing takes a minute. */
  private static final Duration SETTLING = Duration.ofSeconds(90);

  private static final int MOST_MEGABYTES_MORE = 64;
  private static final String DESCRIPTION = "What is to be done, and why. ".repeat(10);

  private Queues() {}

  /** A worker that looks at a service. */
  private record Watched(QueueFixture service, Process watch) implements AutoCloseable {
    static Watched on(Stage stage, String name, Callable<QueueFixture> making, int tasks)
        throws Exception {
      QueueFixture service = making.call();
      List<Draft> drafts =
          IntStream.range(0, tasks)
              .mapToObj(i -> Draft.of("Task " + i).description(DESCRIPTION))
              .toList();
      for (String id : service.person().puts(drafts)) {
        service.person().moves(id, Standing.REVIEW);
      }
      Path home = Files.createDirectory(stage.folder().resolve(name + "-" + tasks));
      Map<String, String> settings = new HashMap<>(service.settings(service.address()));
      settings.put("WORKER_QUEUE", name);
      settings.put("WORKER_AUTHORS", "anyone");
      settings.put("NIGHTDESK_HOME", home.toString());
      stage.set(settings);
      return new Watched(service, Program.release(stage, "watch").start());
    }

    @Override
    public void close() throws IOException {
      watch.destroy();
      watch.onExit().join();
      service.close();
    }
  }

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      Program.release(stage, "run").time();
      List<Row> rows = new ArrayList<>();
      rows.add(row(stage, "airtable", AirtableFixture::new));
      rows.add(row(stage, "github", GitHubFixture::new));
      rows.add(row(stage, "linear", LinearFixture::new));
      rows.add(row(stage, "todoist", TodoistFixture::new));
      return rows;
    }
  }

  private static Row row(Stage stage, String name, Callable<QueueFixture> making) throws Exception {
    try (Watched many = Watched.on(stage, name, making, MANY);
        Watched none = Watched.on(stage, name, making, 0)) {
      Thread.sleep(SETTLING);
      double full = Idle.megabytes(many.watch());
      double empty = Idle.megabytes(none.watch());
      return new Row(
          "memory of an idle `watch` with 10,000 open tasks in " + name,
          Samples.round(full) + " MB",
          "with none: " + Samples.round(empty) + " MB",
          Samples.round(full / empty),
          "at most " + MOST_MEGABYTES_MORE + " MB more",
          full - empty <= MOST_MEGABYTES_MORE);
    }
  }
}
