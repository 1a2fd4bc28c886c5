package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.RunResult.Finished;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.worker.Verdict.Then;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import dev.nightdesk.worker.Workspaces.Left;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
  private static final String ON_PURPOSE =
      "Change the task, or reply on it, so that the agent can do it.";
  private static final String REPLY = "Reply on this task to go on from here.";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OK               | OK               | Review | ''
          PARTIAL          | PARTIAL          | Review | The agent says that it is done in part.
          EMPTY            | EMPTY            | Review | The agent found nothing to do.
          INCOMPLETE       | INCOMPLETE       | Held   | The agent says that it could not finish.
          TOO_LARGE        | TOO_LARGE        | Held   | The agent says that the task is too large.
          UNEXPECTED_INPUT | UNEXPECTED_INPUT | Held   | The agent says that the task is not what it expects.
          TOOL_FAILED      | TOOL_FAILED      | Held   | The agent says that a tool it needs failed.
          ERROR            | ERROR            | Failed | The agent says that it failed.
          """)
  void followsWhatTheAgentDeclares(String word, RunStatus status, String then, String reason) {
    Verdict verdict = judge(finished("Text.\nSTATUS: " + word + "\nEND_OF_RUN"));

    assertThat(verdict.status()).isEqualTo(status);
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.text()).isEqualTo("Text.");
    assertThat(verdict.then().getClass().getSimpleName()).isEqualTo(then);
    if (verdict.then() instanceof Then.Held held) {
      assertThat(held.release()).isEqualTo(ON_PURPOSE);
    }
  }

  @Test
  void takesAnAnswerForDoneWhereNoStatusIsAskedFor() {
    assertThat(judge(finished("Here it is.")))
        .isEqualTo(new Verdict(RunStatus.OK, "", "Here it is.", new Then.Review()));
  }

  @Test
  void failsAnAnswerWithoutTheStatusThatTheWorkerRequires() {
    Judge strict = new Judge(Given.limits(), new Expectations(true, List.of()));

    assertThat(strict.judge(finished("Here it is."), Given.meter(), Left.NOTHING))
        .isEqualTo(
            new Verdict(
                RunStatus.INCOMPLETE,
                "The result does not end with the status line that this worker requires.",
                "Here it is.",
                new Then.Failed()));
    assertThat(strict.judge(finished("It.\nSTATUS: OK\nEND_OF_RUN"), Given.meter(), Left.NOTHING))
        .isEqualTo(new Verdict(RunStatus.OK, "", "It.", new Then.Review()));
    assertThat(strict.judge(finished(" \n"), Given.meter(), Given.files("a.md")).status())
        .isEqualTo(RunStatus.EMPTY);
  }

  @Test
  void neverTakesAnEmptyResultForASuccess() {
    Verdict failed =
        new Verdict(RunStatus.EMPTY, "The agent ended without an answer.", "", new Then.Failed());

    assertThat(judge(finished(""))).isEqualTo(failed);
    assertThat(judge(finished(" \r\n\t"))).isEqualTo(failed);
    assertThat(judge(finished("STATUS: OK\nEND_OF_RUN"))).isEqualTo(failed);
    assertThat(judge(finished("STATUS: PARTIAL\nEND_OF_RUN"))).isEqualTo(failed);
    assertThat(judge(finished(""), Given.meter(), Given.files("report.md"))).isEqualTo(failed);
  }

  @Test
  void takesFilesForAnAnswerWhereTheAgentDeclaresIt() {
    assertThat(judge(finished("STATUS: OK\nEND_OF_RUN"), Given.meter(), Given.files("report.md")))
        .isEqualTo(new Verdict(RunStatus.OK, "", "", new Then.Review()));
  }

  @Test
  void callsItDoneInPartWhereAFileIsMissingOrAToolWasDenied() {
    Left lacking =
        new Left(List.of(), List.of("report.md", "*.csv of at least 1 KB"), Optional.empty());
    Meter denied = Given.meter();
    denied.emit(new RunEvent.ToolDenied("Bash", "rm -rf /"));
    denied.emit(new RunEvent.ToolDenied("WebFetch", " "));

    assertThat(judge(finished("Done."), Given.meter(), lacking))
        .isEqualTo(partial("Missing: report.md, *.csv of at least 1 KB."));
    assertThat(judge(finished("Done."), denied, Left.NOTHING))
        .isEqualTo(partial("Not allowed: Bash (rm -rf /), WebFetch."));
    assertThat(judge(finished("Done.\nSTATUS: OK\nEND_OF_RUN"), denied, lacking))
        .isEqualTo(
            partial(
                "Missing: report.md, *.csv of at least 1 KB. Not allowed: Bash (rm -rf /),"
                    + " WebFetch."));
  }

  private static Verdict partial(String reason) {
    return new Verdict(RunStatus.PARTIAL, reason, "Done.", new Then.Review());
  }

  @ParameterizedTest
  @CsvSource({
    "AGENT_FAILED, ERROR, Failed",
    "UNREADABLE_OUTPUT, ERROR, Failed",
    "CANNOT_START, ERROR, WorkerHeld",
    "MODEL_REFUSES_US, ERROR, WorkerHeld",
    "MODEL_UNAVAILABLE, ERROR, Again",
    "TOO_MUCH_OUTPUT, OUTPUT_LIMIT, Held",
    "CALL_LIMIT, CALL_LIMIT, Held",
    "COST_LIMIT, COST_LIMIT, Held"
  })
  void sortsFailuresByWhoseTheyAre(Failure failure, RunStatus status, String then) {
    RunResult result =
        new RunResult.Failed(
            failure, "The reason.", "Half.\nSTATUS: OK\nEND_OF_RUN", OptionalInt.of(1));

    Verdict verdict = judge(result);

    assertThat(verdict.status()).isEqualTo(status);
    assertThat(verdict.reason()).isEqualTo("The reason.");
    assertThat(verdict.text()).isEqualTo("Half.");
    assertThat(verdict.then().getClass().getSimpleName()).isEqualTo(then);
  }

  @Test
  void triesAgainWhereTheModelIsAway() {
    RunResult result =
        new RunResult.Failed(Failure.MODEL_UNAVAILABLE, "529", "", OptionalInt.empty());

    assertThat(judge(result).then()).isEqualTo(new Then.Again(Duration.ofSeconds(30), true));
  }

  @Test
  void letsTheAccountWaitThatHasReachedItsLimit() {
    Optional<Instant> until = Optional.of(Given.NOW.plusSeconds(60));

    assertThat(judge(new RunResult.AccountLimited("team", until, "half")))
        .isEqualTo(
            new Verdict(
                RunStatus.ERROR,
                "The agent's account has reached its limit.",
                "half",
                new Then.AccountHeld("team", until)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TIME        | TIMEOUT    | Held  | It took longer than 30 min.
          IDLE        | IDLE       | Held  | It gave no sign of life for 10 min.
          CALLS       | CALL_LIMIT | Held  | It made more than 200 model calls.
          COST        | COST_LIMIT | Held  | It cost more than $5.00.
          KILL_SWITCH | KILLED     | Again | The kill switch is on.
          SHUTDOWN    | CANCELLED  | Again | The worker was shut down.
          CUT_OFF     | LOST       | Again | The worker was frozen, or cut off from its ledger.
          TASK_CLOSED | CANCELLED  | Away  | The task was closed or moved.
          TASK_EDITED | CANCELLED  | Held  | The task was edited while the agent worked on it, and it cannot be told by whom.
          """)
  void saysWhatStoppedARun(Meter.Stop why, RunStatus status, String then, String reason) {
    String said = "So far.\nSTATUS: OK\nEND_OF_RUN";
    List<RunResult> results =
        List.of(
            new RunResult.Stopped(said),
            new RunResult.Failed(Failure.AGENT_FAILED, "exit 143", said, OptionalInt.of(143)));
    for (RunResult result : results) {
      Verdict verdict = judge(result, Given.stopped(why), Left.NOTHING);

      assertThat(verdict.status()).isEqualTo(status);
      assertThat(verdict.reason()).isEqualTo(reason);
      assertThat(verdict.text()).isEqualTo("So far.");
      assertThat(verdict.then().getClass().getSimpleName()).isEqualTo(then);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TIME", "IDLE", "CALLS", "COST"})
  void letsAReplyGoOnFromALimit(Meter.Stop why) {
    assertThat(judge(new RunResult.Stopped(""), Given.stopped(why), Left.NOTHING).then())
        .isEqualTo(new Then.Held(REPLY));
  }

  @ParameterizedTest
  @EnumSource(names = {"KILL_SWITCH", "SHUTDOWN", "CUT_OFF"})
  void blamesNobodyForWhatTheWorkerDid(Meter.Stop why) {
    assertThat(judge(new RunResult.Stopped(""), Given.stopped(why), Left.NOTHING).then())
        .isEqualTo(new Then.Again(Duration.ZERO, false));
  }

  @Test
  void chargesNoAttemptWhereTheSupervisorStoppedTheAgentOfAFrozenWorker() {
    assertThat(judge(new RunResult.Stopped("So far.")))
        .isEqualTo(
            new Verdict(
                RunStatus.LOST,
                "The worker was frozen, or cut off from its ledger.",
                "So far.",
                new Then.Again(Duration.ZERO, false)));
  }

  @Test
  void writesNothingOnATaskThatWasClosedInTheMomentOfItsEnd() {
    assertThat(judge(finished("Done."), Given.stopped(Meter.Stop.TASK_CLOSED), Left.NOTHING).then())
        .isEqualTo(new Then.Away());
    assertThat(judge(finished("Done."), Given.stopped(Meter.Stop.TASK_EDITED), Left.NOTHING).then())
        .isEqualTo(new Then.Held("Read the task again and release it."));
  }

  @Test
  void acceptsWorkThatWasDoneInTheMomentOfALimit() {
    assertThat(judge(finished("Done."), Given.stopped(Meter.Stop.TIME), Left.NOTHING).status())
        .isEqualTo(RunStatus.OK);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10", "1, 10", "2, 20", "3, 40", "4, 80", "5, 160", "6, 300", "64, 300", "65, 300"
  })
  void doublesThePauseUpToFiveMinutes(int attempts, long seconds) {
    assertThat(Judge.backoff(attempts)).isEqualTo(Duration.ofSeconds(seconds));
  }

  private static Finished finished(String text) {
    return new Finished(text, OptionalInt.of(0));
  }

  private static Verdict judge(RunResult result) {
    return judge(result, Given.meter(), Left.NOTHING);
  }

  private static Verdict judge(RunResult result, Meter meter, Left left) {
    return new Judge(Given.limits(), new Expectations(false, List.of())).judge(result, meter, left);
  }
}
