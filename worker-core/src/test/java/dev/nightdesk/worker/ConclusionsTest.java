package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs.Hold;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.worker.Conclusions.Consequences;
import dev.nightdesk.worker.Verdict.Then;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.Room;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConclusionsTest {
  private static final Instant NOW = Given.NOW;
  private final Conclusions conclusions =
      new Conclusions(Given.spec(), new Redaction(List.of(Secret.of("hunter2-hunter2"))), "desk-1");

  private Meter meter = Given.meter();
  private int attempt = 1;
  private int modelFailures;
  private Left left = Left.NOTHING;

  private Consequences of(RunStatus status, String reason, Then then) {
    return of(new Verdict(status, reason, "The text.", then));
  }

  private Consequences of(Verdict verdict) {
    Evidence run =
        new Evidence(
            Given.row(modelFailures, Optional.of("old-session"), 1),
            Given.TASK,
            Given.ticket(attempt),
            List.of(),
            meter,
            new RunResult.Stopped(""),
            Optional.of(new Room("run-1", Path.of("/desk/w/r"), Path.of("/h"), Path.of("/r"))),
            left,
            Duration.ofSeconds(12));
    return conclusions.of(run, verdict, "{}", NOW);
  }

  private static String said(Consequences what) {
    return note(what).body();
  }

  private static Entry.Note note(Consequences what) {
    return (Entry.Note) what.conclusion().entries().getFirst();
  }

  private static void assertMoves(Consequences what, TaskState state, Standing to) {
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.next()).isEqualTo(state);
    assertThat(conclusion.entries()).hasSize(2);
    assertThat(note(what).key()).isEqualTo("run-0193-run-result");
    assertThat(conclusion.entries().getLast())
        .isEqualTo(new Entry.Move("run-0193-run-to-" + to, to));
    assertThat(what.next())
        .isEqualTo(
            state == TaskState.READY
                ? new Next.Again(conclusion.notBefore().orElse(NOW))
                : new Next.Done());
    assertThat(conclusion.recordJson()).isEqualTo("{}");
  }

  @Test
  void putsDoneWorkUpForReview() {
    meter.emit(new RunEvent.Introduced(Optional.of("s1"), Optional.empty(), Optional.empty()));
    meter.emit(
        new RunEvent.ModelCalled(
            new Usage(
                2,
                900,
                100,
                0,
                Optional.of(new Usage.Cost(new BigDecimal("0.2"), Usage.Basis.REPORTED)))));
    left = Given.files("report.md");

    Consequences what = of(RunStatus.OK, "", new Then.Review());

    assertMoves(what, TaskState.REVIEW, Standing.REVIEW);
    assertThat(said(what))
        .isEqualTo(
            """
            Done. Please review.

            The text.

            Files: report.md (2 KB), in desk-1:/desk/w/r

            Took 12 s · 2 calls · 1,000 tokens · $0.20 · run 0193-run\
            """);
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.status()).isEqualTo(RunStatus.OK);
    assertThat(conclusion.charged()).isTrue();
    assertThat(conclusion.costUsd()).isEqualByComparingTo("0.2");
    assertThat(conclusion.session()).contains("s1");
    assertThat(conclusion.hold()).isEmpty();
    assertThat(conclusion.notBefore()).isEmpty();
    assertThat(conclusion.waitReason()).isEmpty();
  }

  @Test
  void saysWhereTheWholeIsAndWhatFollowedWhereTheResultIsCut() {
    assertThat(note(of(RunStatus.OK, "", new Then.Review())).whereWhole())
        .isEqualTo(
            "Cut here. The whole text: `nightdesk show 0193-run` on desk-1.\n\n"
                + "Took 12 s · run 0193-run");
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 20"})
  void triesAFailedTaskAgainAfterAPause(int attempts, long seconds) {
    attempt = attempts;
    meter.emit(new RunEvent.Introduced(Optional.of("s1"), Optional.empty(), Optional.empty()));

    Consequences what = of(RunStatus.ERROR, "It broke.", new Then.Failed());

    assertMoves(what, TaskState.READY, Standing.READY);
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.notBefore()).contains(NOW.plusSeconds(seconds));
    assertThat(conclusion.waitReason()).contains("It broke.");
    assertThat(conclusion.charged()).isTrue();
    assertThat(conclusion.session()).isEmpty();
    assertThat(said(what))
        .startsWith("Failed. It broke.\n\nThe text.\n\nAttempt " + attempts + " of 3.");
  }

  @Test
  void givesUpAfterTheLastAttemptAndKeepsTheSessionForAReply() {
    attempt = 3;

    Consequences what = of(RunStatus.EMPTY, "No answer.", new Then.Failed());

    assertMoves(what, TaskState.FAILED, Standing.FAILED);
    assertThat(what.conclusion().session()).contains("old-session");
    assertThat(said(what)).contains("All 3 attempts are used up.");
  }

  @Test
  void holdsWhatAPersonHasToDecide() {
    Consequences what = of(RunStatus.TOO_LARGE, "It is too large.", new Then.Held("Split it."));

    assertMoves(what, TaskState.HELD, Standing.HELD);
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.hold())
        .contains(new Hold("It is too large.", "Split it.", Optional.empty()));
    assertThat(conclusion.charged()).isTrue();
    assertThat(conclusion.session()).contains("old-session");
    assertThat(said(what))
        .contains(
            "Split it. To release it, remove the held mark or run"
                + " `nightdesk resume --task writer/42`.");
  }

  @Test
  void putsBackWhatTheWorkerStopped() {
    meter = Given.stopped(Meter.Stop.KILL_SWITCH);

    Consequences what =
        of(RunStatus.KILLED, "The kill switch is on.", new Then.Again(Duration.ZERO, false));

    assertMoves(what, TaskState.READY, Standing.READY);
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.notBefore()).isEmpty();
    assertThat(conclusion.waitReason()).isEmpty();
    assertThat(conclusion.charged()).isFalse();
    assertThat(conclusion.modelFailed()).isFalse();
    assertThat(conclusion.session()).contains("old-session");
    assertThat(said(what)).contains("It goes on when that is over: `nightdesk resume`");
  }

  @Test
  void triesAClaimThatWasNotConfirmedAgainWhenTheQueueSaid() {
    Consequences what =
        of(RunStatus.ERROR, "Not confirmed.", new Then.Again(Duration.ofSeconds(30), false));

    assertThat(what.conclusion().notBefore()).contains(NOW.plusSeconds(30));
    assertThat(what.conclusion().charged()).isFalse();
    assertThat(said(what))
        .contains(
            "No attempt was charged. It is tried again at about "
                + Remarks.time(NOW.plusSeconds(30))
                + ".");
  }

  @ParameterizedTest
  @CsvSource({"0, 30", "1, 60", "2, 120", "3, 240", "4, 300"})
  void chargesNothingWhileTheModelIsAwayFiveTimesInARow(int before, long seconds) {
    modelFailures = before;

    Consequences what = of(RunStatus.ERROR, "529", new Then.Again(Duration.ofSeconds(30), true));

    assertMoves(what, TaskState.READY, Standing.READY);
    Conclusion conclusion = what.conclusion();
    assertThat(conclusion.notBefore()).contains(NOW.plusSeconds(seconds));
    assertThat(conclusion.charged()).isFalse();
    assertThat(conclusion.modelFailed()).isTrue();
    assertThat(conclusion.session()).contains("old-session");
    assertThat(said(what)).contains("No attempt was charged. It is tried again at about ");
  }

  @Test
  void chargesAnAttemptWhereTheModelIsAwayForTheSixthTime() {
    modelFailures = 5;
    Then.Again again = new Then.Again(Duration.ofSeconds(30), true);

    Consequences what = of(RunStatus.ERROR, "529", again);
    assertMoves(what, TaskState.READY, Standing.READY);
    assertThat(what.conclusion().charged()).isTrue();
    assertThat(what.conclusion().notBefore()).contains(NOW.plusSeconds(10));

    attempt = 3;
    assertMoves(of(RunStatus.ERROR, "529", again), TaskState.FAILED, Standing.FAILED);
  }

  @Test
  void putsATaskBackWhoseWorkerIsHeld() {
    Consequences what = of(RunStatus.ERROR, "No such program.", new Then.WorkerHeld());

    assertMoves(what, TaskState.READY, Standing.READY);
    assertThat(what.conclusion().charged()).isFalse();
    assertThat(what.conclusion().notBefore()).isEmpty();
    assertThat(said(what))
        .contains("The worker waits until a person has repaired this. No attempt was charged.");
  }

  @Test
  void putsATaskBackUntilItsAccountCanBeUsed() {
    Instant until = NOW.plusSeconds(3_600);

    Consequences what =
        of(RunStatus.ERROR, "Full.", new Then.AccountHeld("team", Optional.of(until)));
    assertMoves(what, TaskState.READY, Standing.READY);
    assertThat(what.conclusion().charged()).isFalse();
    assertThat(what.conclusion().notBefore()).contains(until);
    assertThat(said(what)).contains("It goes on at about " + Remarks.time(until) + ".");

    assertThat(said(of(RunStatus.ERROR, "Full.", new Then.AccountHeld("team", Optional.empty()))))
        .contains("It goes on when the account can be used again.");
  }

  @Test
  void writesNothingOnATaskThatIsAway() {
    Consequences what = of(RunStatus.CANCELLED, "Closed.", new Then.Away());

    assertThat(what.conclusion().next()).isEqualTo(TaskState.AWAY);
    assertThat(what.conclusion().entries()).isEmpty();
    assertThat(what.next()).isEqualTo(new Next.Done());
  }

  @Test
  void letsNoSecretAndNoMentionThrough() {
    Consequences what =
        of(
            new Verdict(
                RunStatus.UNEXPECTED_INPUT,
                "It said hunter2-hunter2.",
                "@ann <!-- x --> hunter2-hunter2",
                new Then.Held("Look.")));

    assertThat(said(what)).contains("@\u200bann <!\u200b-- x --> [redacted]");
    assertThat(what.conclusion().toString()).doesNotContain("hunter2");
    assertThat(what.conclusion().reason()).isEqualTo("It said [redacted].");
  }
}
