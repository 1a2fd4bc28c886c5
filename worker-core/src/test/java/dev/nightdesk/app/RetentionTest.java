package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.app.Retention.Ages;
import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.WorkerName;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders of old runs go, and which stay. */
class RetentionTest {
  private static final TaskKey KEY = new TaskKey("writer", "1");

  @TempDir Path home;
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");

  @SuppressWarnings("NullAway.Init")
  private Ledger ledger;

  @BeforeEach
  void open() throws IOException {
    ledger = Ledger.open(home, Optional.empty(), () -> now);
    Files.writeString(home.resolve("runs.jsonl"), "{}\n");
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private RunTicket begin() {
    Task task = Task.of("1", "Task", Standing.READY).build();
    ledger
        .tasks()
        .see(
            "writer", new Poll(List.of(task), List.of(), true, Optional.empty()), Optional.empty());
    ledger.tasks().reset(KEY, dev.nightdesk.spi.Cause.MANUAL, false);
    return ledger
        .runs()
        .start(
            KEY,
            start ->
                start.begin(
                    new Runs.NewRun(
                        UUID.randomUUID().toString(),
                        start.facts().task().nextCause(),
                        BigDecimal.ONE,
                        "command",
                        "hash")));
  }

  private RunTicket ended() throws IOException {
    RunTicket run = begin();
    ledger
        .runs()
        .conclude(
            run,
            new Conclusion(
                RunStatus.OK,
                "",
                TaskState.REVIEW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                BigDecimal.ONE,
                Optional.empty(),
                List.of(),
                List.of(),
                "{}"));
    folders(run.runId());
    return run;
  }

  private void folders(String run) throws IOException {
    for (String name : List.of("runs/" + run, "workspaces/" + run, "workspaces/" + run + ".home")) {
      Path inside = Files.createDirectories(home.resolve(name).resolve("deep/er"));
      Files.writeString(inside.resolve("file"), "x");
    }
    Files.createSymbolicLink(home.resolve("workspaces/" + run + "/link"), home);
  }

  private Retention retention(int runs, int workspaces) {
    return new Retention(
        home,
        ledger,
        new Ages(
            Duration.ofDays(runs),
            Duration.ofDays(workspaces),
            Duration.ofDays(90),
            Duration.ZERO));
  }

  @Test
  void tellsRunsFromWorkspaces() throws IOException {
    String run = ended().runId();
    now = now.plus(Duration.ofDays(8));

    assertThat(retention(30, 7).old())
        .containsExactlyInAnyOrder(
            home.resolve("workspaces/" + run), home.resolve("workspaces/" + run + ".home"));
    assertThat(retention(7, 30).old()).containsExactly(home.resolve("runs/" + run));
    assertThat(retention(30, 30).old()).isEmpty();
  }

  @Test
  void keepsWhatStillRunsAndWhatIsNotOurs() throws IOException {
    String running = begin().runId();
    folders(running);
    String unknown = UUID.randomUUID().toString();
    folders(unknown);
    Path other = Files.createDirectories(home.resolve("workspaces/mine"));
    for (String kind : List.of("runs/", "workspaces/")) {
      Files.setLastModifiedTime(home.resolve(kind + unknown), FileTime.from(now));
    }
    Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
    now = now.plus(Duration.ofDays(400));

    assertThat(retention(1, 1).old())
        .noneMatch(folder -> folder.toString().contains(running) || folder.equals(other));
    assertThat(retention(1, 1).old()).contains(home.resolve("runs/" + unknown));
  }

  @Test
  void cleansByItselfAndTouchesNothingElse() throws IOException {
    ended();
    DeskSettings desk =
        new DeskSettings(
            home,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofDays(90),
            List.of(new WorkerName("writer")));
    Housekeeping housekeeping = new Housekeeping(desk, ledger);
    housekeeping.clean();
    assertThat(home.resolve("runs")).isNotEmptyDirectory();

    now = now.plus(Duration.ofDays(91));
    housekeeping.clean();
    assertThat(home.resolve("runs")).isEmptyDirectory();
    assertThat(home.resolve("workspaces")).isEmptyDirectory();
    assertThat(home.resolve("runs.jsonl")).hasContent("{}");
    assertThat(ledger.tasks().find(KEY)).isPresent();
  }
}
