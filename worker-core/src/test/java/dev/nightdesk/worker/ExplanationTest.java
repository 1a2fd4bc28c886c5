package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.RunStatus;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {
  private static final String LAST = " See `nightdesk show run-1`.";

  @TempDir Path home;
  private Instant now = Given.NOW;

  @SuppressWarnings("NullAway.Init")
  private Ledger ledger;

  @BeforeEach
  void openLedger() {
    ledger = Ledger.open(home, Optional.empty(), () -> now);
    ledger
        .tasks()
        .see(
            "writer",
            new Poll(List.of(Given.TASK), List.of(), true, Optional.empty()),
            Optional.empty());
  }

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  private List<String> explain() {
    return Explanation.of(ledger, home, Given.KEY);
  }

  private RunTicket begin() {
    return ledger
        .runs()
        .start(
            Given.KEY,
            start ->
                start.begin(
                    new Runs.NewRun(
                        "run-1",
                        start.facts().task().nextCause(),
                        BigDecimal.ONE,
                        "command",
                        "hash")));
  }

  private void end(TaskState next, RunStatus status, String reason) {
    Optional<Instant> at =
        next == TaskState.READY ? Optional.of(now.plusSeconds(10)) : Optional.empty();
    ledger
        .runs()
        .conclude(
            begin(),
            new Conclusion(
                status,
                reason,
                next,
                at,
                at.map(time -> reason),
                next == TaskState.HELD
                    ? Optional.of(new Runs.Hold(reason, "Split it.", Optional.empty()))
                    : Optional.empty(),
                true,
                false,
                new BigDecimal("0.25"),
                Optional.empty(),
                List.of(),
                List.of(),
                "{}"));
  }

  @Test
  void saysThatATaskWasNeverSeen() {
    assertThat(Explanation.of(ledger, home, new TaskKey("w", "9")))
        .containsExactly(
            "Nightdesk has not seen it: no poll of worker w has found it ready yet.",
            "Check that it is in the worker's queue and ready there, and that `nightdesk watch`"
                + " runs.");
  }

  @Test
  void saysThatATaskIsReady() {
    assertThat(explain())
        .containsExactly(
            "It is ready and starts as soon as worker writer has room.",
            "If nothing happens, check that `nightdesk watch` runs.");
  }

  @Test
  void saysWhatStopsAReadyTask() throws IOException {
    ledger.switches().holdWorker("writer", "No such program: agent", "install it");
    assertThat(explain())
        .containsExactly(
            "It is ready, but its worker is held: No such program: agent.",
            "When that is repaired, run `nightdesk resume --worker writer`.");

    ledger.switches().stop(Optional.of("writer"), "It talks nonsense!");
    assertThat(explain())
        .containsExactly(
            "It is ready, but stopped: It talks nonsense!",
            "To go on: nightdesk resume --worker writer.");

    ledger.switches().stop(Optional.empty(), "deploying.");
    assertThat(explain())
        .containsExactly("It is ready, but stopped: deploying.", "To go on: nightdesk resume.");

    Path file = Files.createFile(home.resolve("STOP"));
    assertThat(explain())
        .containsExactly(
            "It is ready, but everything is stopped by the file " + file + ".",
            "To go on, run `nightdesk resume`.");
  }

  @Test
  void saysWhatATaskWaitsForUntilThatIsOver() {
    ledger.tasks().postpone(Given.KEY, "blocked by 7 \"First\"", now.plusSeconds(60));
    assertThat(explain())
        .containsExactly(
            "It waits: blocked by 7 \"First\".",
            "It is looked at again at about " + Remarks.time(now.plusSeconds(60)) + ".");

    now = now.plusSeconds(60);
    assertThat(explain()).startsWith("It is ready and starts as soon as worker writer has room.");
  }

  @Test
  void saysWhenAFailedTaskIsTriedAgain() {
    end(TaskState.READY, RunStatus.ERROR, "The agent ended with exit code 3.");

    assertThat(explain())
        .containsExactly(
            "It waits: The agent ended with exit code 3.",
            "It is looked at again at about " + Remarks.time(now.plusSeconds(10)) + ".",
            "Last run: ERROR. The agent ended with exit code 3." + LAST,
            "Spent: $0.25 in 1 run.");
  }

  @Test
  void saysWhoWorksOnATask() {
    begin();
    now = now.plusSeconds(90);

    assertThat(explain())
        .containsExactly(
            "It has been worked on for 1 min 30 s, on " + ledger.host() + " (attempt 1).",
            "To see what happens, run `nightdesk logs run-1 --follow`.");
  }

  @Test
  void saysThatAPersonHasToLookAtDoneWork() {
    end(TaskState.REVIEW, RunStatus.OK, "");

    assertThat(explain())
        .containsExactly(
            "It was done and waits for your review.",
            "Reply on it to go on, or close it.",
            "Last run: OK." + LAST,
            "Spent: $0.25 in 1 run.");
  }

  @Test
  void saysWhatToDoAboutAFailedTask() {
    end(TaskState.FAILED, RunStatus.EMPTY, "No answer");

    assertThat(explain())
        .containsExactly(
            "It failed, and all its attempts are used up.",
            "Remove the failed mark, reply on it, or run `nightdesk resume --task writer/42`.",
            "Last run: EMPTY. No answer." + LAST,
            "Spent: $0.25 in 1 run.");
  }

  @Test
  void saysWhatReleasesAHeldTask() {
    end(TaskState.HELD, RunStatus.TOO_LARGE, "It is too large");

    assertThat(explain())
        .startsWith(
            "It is on hold: It is too large.",
            "Split it.",
            "To release it, run `nightdesk resume --task writer/42`.");
  }

  @Test
  void saysWhyATaskIsAway() {
    ledger.tasks().away(Given.KEY, "It is gone from the queue.");
    assertThat(explain())
        .containsExactly(
            "It is not this worker's any more: It is gone from the queue.",
            "Make it ready in the queue to have it done.");

    ledger.tasks().away(Given.KEY, "");
    assertThat(explain()).allMatch(line -> line.endsWith("."));
  }
}
