package dev.nightdesk.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.gate.Applicant.Approved;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest extends GateStage {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

  @Test
  void beginsExactlyOneRunWhereNothingSpeaksAgainstIt() {
    RunTicket ticket = go();

    assertThat(ticket.cause()).isEqualTo(Cause.NEW);
    assertThat(ticket.attempt()).isOne();
    assertThat(ledger.runs().list(Optional.empty(), 9))
        .extracting(RunRow::runId)
        .containsExactly(ticket.runId());
    assertThat(row().state()).isEqualTo(TaskState.RUNNING);
    assertThatThrownBy(this::ask).isInstanceOf(IllegalStateException.class);
    assertThat(ledger.runs().list(Optional.empty(), 9)).hasSize(1);
  }

  @Test
  void waitsWhileTheStopFileIsThere() throws IOException {
    Files.createFile(stopFile());
    assertWaits(ask(), "stopped by the file " + stopFile(), now.plus(MOMENT));

    Files.delete(stopFile());
    go();
  }

  @Test
  void waitsWhileAllWorkersAreStopped() {
    ledger.switches().stop(Optional.empty(), "deploying");
    assertWaits(ask(), "stopped: deploying", now.plus(MOMENT));

    ledger.switches().resume(Optional.empty());
    go();
  }

  @Test
  void waitsWhileThisWorkerIsStoppedAndNoOther() {
    ledger.switches().stop(Optional.of("another"), "not us");
    ledger.switches().stop(Optional.of(WORKER), "it talks nonsense");
    assertWaits(ask(), "stopped: it talks nonsense", now.plus(MOMENT));

    ledger.switches().resume(Optional.of(WORKER));
    go();
  }

  @Test
  void holdsATaskThatWasEditedBetweenTwoAttempts() {
    conclude(go(), "1");
    approved = new Approved("other words", true);
    assertHolds(
        ask(),
        "The task was edited since its last run, and it cannot be told by whom.",
        "Read the task again and release it.");

    approved = APPROVED;
    conclude(go(), "1");
    approved = new Approved("words that anyone may change", false);
    conclude(go(), "1");
    approved = new Approved("words that a person released", true);
    ledger.tasks().reset(KEY, Cause.MANUAL, true);
    go();
  }

  @Test
  void holdsATaskThatWasEditedWhileItsWorkerWasDead() {
    crash();
    approved = new Approved("other words", true);
    assertThat(words(ask())).startsWith("The task was edited since its last run");
  }

  @Test
  void waitsWhereItCannotTellWhetherTheStopFileIsThere() throws IOException {
    Path loop = home.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    for (Path file : List.of(loop, loop.resolve("STOP"))) {
      Gate gate = new Gate(ledger.runs(), bounds, file, () -> clockOff, () -> now);
      assertThat(words(gate.mayStart(KEY, new Applicant(TASK, distrust, "a", APPROVED), "run")))
          .startsWith("stopped by the file");
    }
    assertThat(ledger.runs().list(Optional.empty(), 9)).isEmpty();
  }

  @Test
  void neverRunsTheTaskThatStopsItsWorker() {
    Task stop = Task.of("1", "Stop", Standing.READY).labels(List.of("blog", "AGENT-Stop")).build();
    assertWaits(ask(stop), "it carries the label agent-stop itself", now.plus(MOMENT));
    go();
  }

  @Test
  void leavesTasksToOtherMachinesWhileItsClockIsOff() {
    clockOff = Optional.of(Duration.ofSeconds(6));
    assertThat(ask()).isEqualTo(new Decision.Elsewhere());
    assertThat(row().waitReason()).isEmpty();

    clockOff = Optional.empty();
    go();
  }

  @Test
  void waitsWhileTheWorkerIsHeld() {
    ledger.switches().holdWorker(WORKER, "the key is wrong", "set it");
    assertWaits(ask(), "worker held: the key is wrong", now.plus(MOMENT));

    ledger.switches().releaseWorker(WORKER);
    go();
  }

  @Test
  void waitsUntilTheAccountCanBeUsedAgain() {
    ledger.switches().holdAccount(WORKER, "team", Optional.of(now.plusSeconds(90)), "5 hours full");
    assertWaits(ask(), "the agent's account waits: 5 hours full", now.plusSeconds(90));

    now = now.plusSeconds(90);
    go();
  }

  @Test
  void asksAgainNowAndThenWhereTheAccountDoesNotSayUntilWhen() {
    ledger.switches().holdAccount(WORKER, "team", Optional.empty(), "full");
    assertWaits(ask(), "the agent's account waits: full", now.plus(LOOK_AGAIN));
  }

  @Test
  void startsNothingForSomebodyWhoIsNotTrusted() {
    distrust = Optional.of("its author Eve is not among WORKER_AUTHORS");
    assertWaits(ask(), "its author Eve is not among WORKER_AUTHORS", now.plus(LOOK_AGAIN));
  }

  @Test
  void holdsATaskThatSaysNothing() {
    Task empty = Task.of("1", " \n", Standing.READY).description("\t").build();
    assertHolds(
        ask(empty), "The task has neither a title nor a description.", "Write what is to be done.");

    assertThat(words(ask(Task.of("1", "", Standing.READY).description("this").build())))
        .isEqualTo("go");
  }

  @Test
  void waitsForTheTasksThatComeFirst() {
    assertWaits(ask(blockedBy(1)), "blocked by 1 \"First 1\"", now.plus(LOOK_AGAIN));
    assertWaits(
        ask(blockedBy(4)),
        "blocked by 1 \"First 1\", 2 \"First 2\", 3 \"First 3\" and more",
        now.plus(LOOK_AGAIN));
  }

  private static Task blockedBy(int count) {
    List<Blocker> blockers =
        IntStream.rangeClosed(1, count)
            .mapToObj(n -> new Blocker("" + n, " First\n " + n))
            .toList();
    return Task.of("1", "Later", Standing.READY).blockers(blockers).build();
  }

  @Test
  void cutsALongTitleOfABlockerBetweenCharacters() {
    Task task =
        Task.of("1", "Later", Standing.READY)
            .blockers(List.of(new Blocker("7", "\ud83d\ude80".repeat(61))))
            .build();

    assertThat(words(ask(task))).isEqualTo("blocked by 7 \"" + "\ud83d\ude80".repeat(57) + "...\"");
  }

  @Test
  void waitsForTheNextAttempt() {
    conclude(go(), "0", TaskState.READY, Optional.of(now.plusSeconds(10)));
    assertWaits(ask(), "It failed.", now.plusSeconds(10));

    now = now.plusSeconds(10);
    assertThat(go().cause()).isEqualTo(Cause.RETRY);
  }

  @Test
  void holdsATaskThatTookItsWorkerDownThreeTimes() {
    crash();
    crash();
    assertThat(row().crashes()).isEqualTo(2);
    crash();
    assertHolds(
        ask(),
        "The worker died 3 times while it worked on this task.",
        "Look at the task and the worker's log first.");
  }

  @Test
  void givesATaskAnotherChanceAfterTwoCrashes() {
    crash();
    crash();
    assertThat(go().cause()).isEqualTo(Cause.TAKEOVER);
  }

  @Test
  void holdsATaskWhoseAttemptsAreUsedUp() {
    for (int attempt = 1; attempt <= 3; attempt++) {
      conclude(go(), "0");
    }
    assertHolds(
        ask(), "All 3 attempts are used up.", "Change the task or the worker's settings first.");
  }

  @Test
  void holdsATaskThatRunsInCircles() {
    for (int run = 1; run <= 10; run++) {
      conclude(go(), "0", TaskState.REVIEW, Optional.empty());
      reply(run);
      now = now.plusSeconds(60);
    }
    assertHolds(
        ask(),
        "This task was run 10 times within 24 hours, which looks like a loop.",
        "Find out what starts it again and again.");

    now = now.plus(Duration.ofHours(24));
    go();
  }

  private void reply(int number) {
    ledger.tasks().reply(KEY, new Entry.Move("reply-" + number, Standing.READY));
  }

  @Test
  void startsTheWindowAnewWhereAPersonResetsTheTask() {
    bounds = new Bounds(3, usd("0"), usd("20"), Optional.empty(), 2);
    conclude(go(), "0");
    conclude(go(), "0");
    assertThat(words(ask())).contains("looks like a loop");

    ledger.tasks().reset(KEY, Cause.MANUAL, true);
    now = now.plusSeconds(1);
    conclude(go(), "0");
    conclude(go(), "0");
    assertThat(words(ask())).contains("looks like a loop");
  }

  @Test
  void startsNothingWhereARuleFails() {
    Gate broken =
        new Gate(
            ledger.runs(),
            bounds,
            stopFile(),
            () -> {
              throw new IllegalStateException("no clock");
            },
            () -> now);

    assertThatThrownBy(() ->
            broken.mayStart(KEY, new Applicant(TASK, Optional.empty(), "command", APPROVED), "run"))
        .hasMessage("no clock");
    assertThat(ledger.runs().list(Optional.empty(), 9)).isEmpty();
    assertThat(row().state()).isEqualTo(TaskState.READY);
  }
}
