package dev.nightdesk.bench;

import dev.nightdesk.chaos.Chaos;
import dev.nightdesk.chaos.Findings;
import dev.nightdesk.chaos.Network;
import dev.nightdesk.chaos.Plan;
import dev.nightdesk.ledger.Timings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Ten thousand tasks, three machines on one ledger, and half an hour of kill -9, freezes and cut
 * networks at random, with the timings that users have.
 */
final class HalfAnHour {
  private static final long SEED = Long.getLong("bench.seed", new Random().nextInt(1_000_000));
  private static final int TASKS = Integer.getInteger("bench.tasks", 10_000);
  private static final Duration TIME = Duration.ofMinutes(Integer.getInteger("bench.minutes", 30));

  private HalfAnHour() {}

  /** Plays in a network of its own, in another JVM, which prints the rows. */
  static List<Row> measure() throws Exception {
    int code = Network.program(HalfAnHour.class).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          Network.lacks().map(lacks -> "this machine lacks " + lacks).orElse("it failed: " + code));
    }
    return List.of();
  }

  public static void main(String[] none) throws Exception {
    System.err.println("chaos of seed " + SEED);
    try (Stage stage = new Stage()) {
      Findings findings = Chaos.play(plan(stage));
      System.err.println(findings);
      rows(findings).forEach(row -> System.out.println(row.markdown()));
    }
  }

  private static List<Row> rows(Findings findings) {
    Duration slowest = findings.slowest().orElseThrow();
    return List.of(
        new Row(
            "%,d tasks, 3 machines, %d min of kills, freezes and cut networks (seed %d)"
                .formatted(TASKS, TIME.toMinutes(), SEED),
            findings.faults().isEmpty() ? "no fault" : findings.faults().toString(),
            findings.deeds() + ", " + findings.figures(),
            "",
            "nothing lost, repeated or overlapping",
            findings.faults().isEmpty()),
        new Row(
            "the slowest takeover in it",
            Samples.round(slowest.toMillis() / 1000.0) + " s",
            "",
            "",
            "shown",
            true));
  }

  private static Plan plan(Stage stage) throws IOException {
    Path folder = stage.folder().toRealPath();
    Path agent = Chaos.agent(folder, Timings.USUAL);
    return new Plan(
        SEED,
        3,
        8,
        TASKS,
        5,
        TIME,
        Duration.ofSeconds(15),
        Duration.ofMinutes(2),
        Timings.USUAL,
        Path.of(System.getProperty("bench.release"), "bin", "nightdesk"),
        folder,
        new Plan.Server(
            stage.server().url(), stage.server().user(), stage.server().password().reveal()),
        Map.of(
            "WORKER_QUEUE",
            "postgres",
            "WORKER_AGENT",
            "command",
            "WORKER_SANDBOX",
            "off",
            "COMMAND_AGENT",
            "'" + agent + "'",
            "POSTGRES_URL",
            stage.server().url(),
            "POSTGRES_USER",
            stage.server().user(),
            "POSTGRES_PASSWORD",
            stage.server().password().reveal()));
  }
}
