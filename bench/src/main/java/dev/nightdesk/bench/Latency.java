package dev.nightdesk.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/**
 * How soon an agent's process runs after an insert into the SQL queue, one task at a time; and how
 * soon a client that does nothing but {@code LISTEN} hears of the same insert.
 */
final class Latency {
  private static final int TASKS = Integer.getInteger("bench.inserts", 400);
  private static final int WARM_UP = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The first thing that the agent does is to look at the clock. */
  private static final String AGENT =
      """
      #!/bin/bash
      echo "${EPOCHREALTIME/[.,]/}" >>"$1"
      echo "All is done."
      """;

  private final Stage stage;
  private final LinkedBlockingQueue<Long> heard = new LinkedBlockingQueue<>();

  private Latency(Stage stage) {
    this.stage = stage;
  }

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      return new Latency(stage).rows();
    }
  }

  private List<Row> rows() throws Exception {
    Path agent = stage.folder().resolve("agent");
    Path started = stage.folder().resolve("started");
    Files.writeString(agent, AGENT);
    Files.createFile(started);
    if (!agent.toFile().setExecutable(true)) {
      throw new IllegalStateException("nothing can be made executable in " + agent.getParent());
    }
    stage.set(Map.of("COMMAND_AGENT", agent + " " + started));
    Program.release(stage, "run").time();
    Process watch = Program.release(stage, "watch").start();
    try (Connection listening = stage.connect()) {
      Thread.ofPlatform().daemon().start(() -> listen(listening));
      return rows(started);
    } finally {
      watch.destroy();
      watch.waitFor();
    }
  }

  private List<Row> rows(Path started) throws Exception {
    Samples ours = new Samples();
    Samples bare = new Samples();
    for (int task = -WARM_UP; task < TASKS; task++) {
      Thread.sleep(ThreadLocalRandom.current().nextInt(100, 300));
      heard.clear();
      long inserted = now();
      stage.run("insert into tasks (title) values ('A task')");
      Long heardAt = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      stage.await("select count(*) from tasks where status <> 'review'", "0", PATIENCE);
      List<String> lines = Files.readAllLines(started);
      if (heardAt == null || lines.size() != task + WARM_UP + 1) {
        throw new IllegalStateException("heard " + heardAt + ", started " + lines.size());
      }
      if (task >= 0) {
        bare.add((heardAt - inserted) / 1e3);
        ours.add((Long.parseLong(lines.getLast()) - inserted) / 1e3);
      }
    }
    return List.of(row(50, ours, bare, 20), row(99, ours, bare, 50));
  }

  private static Row row(int percent, Samples ours, Samples bare, int most) {
    double ratio = ours.percentile(percent) / bare.percentile(percent);
    return new Row(
        "from insert to the agent's process, p%d of %d".formatted(percent, ours.count()),
        Samples.round(ours.percentile(percent)) + " ms",
        "a bare `LISTEN` client hears of it: %s ms"
            .formatted(Samples.round(bare.percentile(percent))),
        Samples.round(ratio),
        "at most " + most,
        ratio <= most);
  }

  private void listen(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen nightdesk");
      PGConnection notifying = connection.unwrap(PGConnection.class);
      while (true) {
        if (notifying.getNotifications(1_000).length > 0) {
          heard.add(now());
        }
      }
    } catch (SQLException ended) {
      heard.clear();
    }
  }

  /** Microseconds, as the agent's shell tells them. */
  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
