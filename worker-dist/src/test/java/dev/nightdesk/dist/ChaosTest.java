package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.chaos.Chaos;
import dev.nightdesk.chaos.Findings;
import dev.nightdesk.chaos.Plan;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A minute of kill -9 and freezes at random; {@code bench/run chaos} does it for half an hour. What
 * a seed leaves to chance is played again with {@code -Dnightdesk.seed=…}.
 */
@Thorough
class ChaosTest {
  private static final Timings BRISK =
      new Timings(Duration.ofSeconds(1), 6, Duration.ofMillis(200));

  @TempDir Path folder;

  @Test
  void losesRepeatsAndOverlapsNothing() throws Exception {
    long seed = Long.getLong("nightdesk.seed", new Random().nextInt(1_000_000));
    System.out.println("chaos of seed " + seed);
    Path at = folder.toRealPath();
    try (EmbeddedServer server = EmbeddedServer.use(at.resolve("server"))) {
      Findings findings = Chaos.play(plan(seed, at, server));

      System.out.println(findings);
      assertThat(findings.faults()).as("%s", findings).isEmpty();
      assertThat(findings.figures().get("runs lost and taken over")).isGreaterThan(3);
      assertThat(findings.slowest()).hasValueSatisfying(time -> assertThat(time).isPositive());
    }
  }

  private static Plan plan(long seed, Path folder, EmbeddedServer server) throws Exception {
    Path agent = Chaos.agent(folder, BRISK);
    return new Plan(
        seed,
        3,
        4,
        500,
        1,
        Duration.ofSeconds(60),
        Duration.ofSeconds(3),
        BRISK.deadAfter().multipliedBy(2),
        BRISK,
        Release.built().root().resolve("bin/nightdesk").toAbsolutePath(),
        folder,
        new Plan.Server(server.url(), server.user(), server.password().reveal()),
        Map.of(
            "WORKER_QUEUE",
            "postgres",
            "WORKER_AGENT",
            "command",
            "WORKER_SANDBOX",
            "off",
            "WORKER_POLL_INTERVAL",
            "2s",
            "COMMAND_AGENT",
            "'" + agent + "'",
            "POSTGRES_URL",
            server.url(),
            "POSTGRES_USER",
            server.user(),
            "POSTGRES_PASSWORD",
            server.password().reveal()));
  }
}
