package dev.nightdesk.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.gate.Applicant.Approved;
import dev.nightdesk.gate.Decision.Elsewhere;
import dev.nightdesk.gate.Decision.Go;
import dev.nightdesk.gate.Decision.Hold;
import dev.nightdesk.gate.Decision.Wait;
import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gate before a real ledger, with a clock that tests set. */
abstract class GateStage {
  static final String WORKER = "writer";
  static final TaskKey KEY = new TaskKey(WORKER, "1");
  static final Task TASK = Task.of("1", "Write it", Standing.READY).build();

  static final Approved APPROVED = new Approved("hash", true);

  @TempDir Path home;
  Approved approved = APPROVED;
  Instant now = Instant.parse("2026-11-21T10:00:00Z");
  Optional<Duration> clockOff = Optional.empty();
  Optional<String> distrust = Optional.empty();
  Bounds bounds = new Bounds(3, usd("5"), usd("20"), Optional.empty(), Bounds.LOOP);

  @SuppressWarnings("NullAway.Init")
  Ledger ledger;

  /** Empty for SQLite. */
  Optional<String> database() {
    return Optional.empty();
  }

  @BeforeEach
  void openLedger() {
    ledger = Ledger.open(home, database(), () -> now);
    see("1");
  }

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  static BigDecimal usd(String amount) {
    return new BigDecimal(amount);
  }

  void see(String... ids) {
    List<Task> tasks =
        Stream.of(ids).map(id -> Task.of(id, "Task " + id, Standing.READY).build()).toList();
    ledger
        .tasks()
        .see(WORKER, new Poll(tasks, List.of(), true, Optional.empty()), Optional.empty());
  }

  Path stopFile() {
    return home.resolve("STOP");
  }

  Gate gate() {
    return new Gate(ledger.runs(), bounds, stopFile(), () -> clockOff, () -> now);
  }

  Decision ask() {
    return ask(TASK);
  }

  Decision ask(Task task) {
    return gate()
        .mayStart(
            new TaskKey(WORKER, task.id()),
            new Applicant(task, distrust, "command", approved),
            UUID.randomUUID().toString());
  }

  RunTicket go() {
    Decision decision = ask();
    assertThat(decision).isInstanceOf(Go.class);
    return ((Go) decision).ticket();
  }

  /** Runs it past the gate, as if another gate had let it. */
  RunTicket begin() {
    return ledger
        .runs()
        .start(
            KEY,
            start ->
                start.begin(
                    new Runs.NewRun(
                        UUID.randomUUID().toString(),
                        start.facts().task().nextCause(),
                        usd("5"),
                        "command",
                        "hash")));
  }

  void conclude(RunTicket ticket, String dollars) {
    conclude(ticket, dollars, TaskState.READY, Optional.empty());
  }

  void conclude(RunTicket ticket, String dollars, TaskState next, Optional<Instant> notBefore) {
    ledger
        .runs()
        .conclude(
            ticket,
            new Conclusion(
                RunStatus.ERROR,
                "It failed.",
                next,
                notBefore,
                notBefore.map(at -> "It failed."),
                Optional.empty(),
                true,
                false,
                usd(dollars),
                Optional.empty(),
                List.of(),
                List.of(),
                "{}"));
  }

  void crash() {
    begin();
    ledger.runs().lost(KEY, run -> "{}");
  }

  TaskRow row() {
    return ledger.tasks().find(KEY).orElseThrow();
  }

  /** What the gate answers, in words; "go" where it lets the task run. */
  static String words(Decision decision) {
    return switch (decision) {
      case Go go -> "go";
      case Wait wait -> wait.reason();
      case Hold hold -> hold.reason();
      case Elsewhere elsewhere -> "not on this machine";
    };
  }

  void assertWaits(Decision decision, String reason, Instant until) {
    assertThat(decision).isEqualTo(new Wait(reason, until));
    assertThat(ledger.runs().list(Optional.empty(), 9)).noneMatch(run -> run.endedAt().isEmpty());
    assertThat(row().state()).isEqualTo(TaskState.READY);
  }

  void assertHolds(Decision decision, String reason, String release) {
    assertThat(decision).isEqualTo(new Hold(reason, release));
    assertThat(ledger.runs().list(Optional.empty(), 99)).noneMatch(run -> run.endedAt().isEmpty());
  }
}
