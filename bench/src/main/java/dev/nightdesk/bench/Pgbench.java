package dev.nightdesk.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the database can do at most: PostgreSQL's own load generator, which makes the two changes of
 * status that a task's life needs and nothing else, each in a transaction of its own.
 */
final class Pgbench {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final int ROWS = 10_000;

  private final Stage stage;
  private final Path script;

  /** On a table like the queue's, but without the triggers that notify. */
  Pgbench(Stage stage, String like) throws SQLException, IOException {
    this.stage = stage;
    this.script = stage.folder().resolve("two-updates.sql");
    stage.run("create table bare (like " + like + " including all)");
    stage.run("insert into bare (title) select 'task ' || n from generate_series(1, 10000) n");
    Files.writeString(
        script,
        """
        \\set id random(1, %d)
        update bare set status = 'running' where id = :id;
        update bare set status = 'review' where id = :id;
        """
            .formatted(ROWS));
  }

  /** Pairs of updates a second. */
  double pairsPerSecond(int clients, int seconds) throws IOException, InterruptedException {
    ProcessBuilder program =
        new ProcessBuilder(
            List.of(
                System.getProperty("bench.pgbench"),
                "-n",
                "--protocol=prepared",
                "--client=" + clients,
                "--jobs=2",
                "--time=" + seconds,
                "--file=" + script,
                "--host=127.0.0.1",
                "--port=" + stage.server().port(),
                "--username=" + stage.server().user(),
                "postgres"));
    program.environment().put("PGPASSWORD", stage.server().password().reveal());
    program.redirectErrorStream(true);
    Process process = program.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher rate = RATE.matcher(said);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IOException("pgbench failed: " + said);
    }
    return Double.parseDouble(rate.group(1));
  }
}
