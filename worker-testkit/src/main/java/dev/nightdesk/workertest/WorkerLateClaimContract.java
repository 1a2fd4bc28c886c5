package dev.nightdesk.workertest;

import static dev.nightdesk.spi.Standing.HELD;
import static dev.nightdesk.spi.Standing.REVIEW;
import static dev.nightdesk.spi.Standing.WORKING;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A claim that reaches the queue only after its run was given up as lost. */
abstract class WorkerLateClaimContract extends WorkerCrashContract {

  @Test
  public final void undoesTheClaimOfALostRunThatComesWhenItsTaskIsLookedAt() throws Exception {
    undoesALateClaim(false);
  }

  @Test
  public final void undoesTheClaimOfALostRunThatComesBeforeTheNextOne() throws Exception {
    undoesALateClaim(true);
  }

  private void undoesALateClaim(boolean beforeTheNext) throws Exception {
    String id = puts("claimed by the dead");
    ScriptedAgent agent = new ScriptedAgent(WorkerCrashContract::work);
    dies(agent, Map.of(id, Step.BEGUN));
    steps = (step, key) -> {};
    var queue = new LateClaim(openQueue(), beforeTheNext);
    try (Worker worker = worker(agent, queue, ledger())) {
      worker.watch();
      await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));
    }

    assertThat(queue.came).isTrue();
    assertDoneOnceAfterAnInterruption(id, agent);
  }

  /** Where the claim of a run comes, once, only after that run was given up as lost. */
  private final class LateClaim extends QueueInBetween {
    private final AtomicBoolean came = new AtomicBoolean();
    private final boolean beforeTheNext;

    LateClaim(TaskQueue real, boolean beforeTheNext) {
      super(real);
      this.beforeTheNext = beforeTheNext;
    }

    @Override
    public Optional<Task> find(String id) throws QueueException, InterruptedException {
      if (!beforeTheNext) {
        comes(id);
      }
      return super.find(id);
    }

    @Override
    public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
      if (beforeTheNext) {
        comes(id);
      }
      return super.claim(id, entries);
    }

    private void comes(String id) throws QueueException, InterruptedException {
      Optional<String> lost =
          ledger().runs().list(Optional.empty(), 9).stream()
              .filter(run -> run.status().equals(Optional.of(RunStatus.LOST)))
              .map(RunRow::runId)
              .findFirst();
      if (lost.isPresent() && came.compareAndSet(false, true)) {
        String working = "run-" + lost.get() + "-working";
        super.claim(id, List.of(new Entry.Note(working, "Working on it. Late.", "")));
      }
    }
  }

  @Test
  public final void startsNothingAndUndoesItsClaimWhereItWasReplacedMeanwhile() throws Exception {
    String id = puts("claimed by the replaced");
    AtomicBoolean replaced = new AtomicBoolean();
    TaskQueue slow =
        new QueueInBetween(openQueue()) {
          @Override
          public Claim claim(String task, List<Entry> entries)
              throws QueueException, InterruptedException {
            if (replaced.compareAndSet(false, true)) {
              isReplaced(row(task).key());
            }
            return super.claim(task, entries);
          }
        };
    ScriptedAgent agent = new ScriptedAgent(WorkerCrashContract::work);
    try (Worker worker = worker(agent, slow, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> replaced.get() && said(id).size() == 2);
      clock.advance(Duration.ofMinutes(2));
      await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));
    }

    assertDoneOnceAfterAnInterruption(id, agent);
  }

  @Test
  public final void changesNothingWhereItsClaimComesWhenTheTaskIsHeld() throws Exception {
    comesLate(HELD, key -> ledger().tasks().hold(key, "odd", "look", List.of()));
  }

  @Test
  public final void changesNothingWhereItsClaimComesWhenAnotherIsAtWork() throws Exception {
    comesLate(WORKING, this::beginsElsewhere);
  }

  private void beginsElsewhere(TaskKey key) {
    ledger()
        .runs()
        .start(
            key,
            start ->
                start.begin(
                    new NewRun(
                        "01a00000-0000-7000-8000-000000000000",
                        start.facts().task().nextCause(),
                        BigDecimal.ONE,
                        "scripted",
                        "hash")));
  }

  /** Where the task stands elsewhere by then, as the queue has it too. */
  private void comesLate(Standing elsewhere, Consumer<TaskKey> meanwhile) throws Exception {
    String id = puts("taken over");
    AtomicBoolean came = new AtomicBoolean();
    TaskQueue slow =
        new QueueInBetween(openQueue()) {
          @Override
          public Claim claim(String task, List<Entry> entries)
              throws QueueException, InterruptedException {
            if (!came.compareAndSet(false, true)) {
              return super.claim(task, entries);
            }
            isReplaced(row(task).key());
            meanwhile.accept(row(task).key());
            deliver(task, List.of(new Entry.Move("meanwhile", elsewhere)));
            return new Claim.Taken(deliver(task, late(entries)));
          }
        };
    ScriptedAgent agent = new ScriptedAgent(WorkerCrashContract::work);
    try (Worker worker = worker(agent, slow, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> saysThatItIsTooLate(id));
      assertThat(worker.drain(Duration.ofMinutes(1))).isTrue();
      assertThat(standing(id)).isEqualTo(elsewhere);
    }
    assertThat(agent.requests()).isEmpty();
  }

  @Test
  public final void undoesTheClaimOfADeadWorkerThatComesWhenAllIsDone() throws Exception {
    String id = puts("done by another");
    ScriptedAgent agent = new ScriptedAgent(WorkerCrashContract::work);
    dies(agent, Map.of(id, Step.BEGUN));
    String dead = row(id).lastRun().orElseThrow();
    steps = (step, key) -> {};
    try (Worker worker = worker(agent)) {
      worker.watch();
      await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));

      Entry note = new Entry.Note("run-" + dead + "-working", "Working on it. Late.", "");
      openQueue().deliver(id, late(List.of(note)));
      // Who hears of it first may take nothing any more; a whole listing tells everybody.
      clock.advance(Duration.ofMinutes(16));
      await().atMost(60, SECONDS).until(() -> saysThatItIsTooLate(id) && passes(id, REVIEW));
    }
    assertThat(agent.requests()).hasSize(1);
    assertNothingTwice(id);
  }

  private static List<Entry> late(List<Entry> claim) {
    return Stream.concat(claim.stream(), Stream.of(new Entry.Move("late", WORKING))).toList();
  }

  private boolean saysThatItIsTooLate(String id) throws Exception {
    return said(id).stream().anyMatch(text -> text.startsWith("Too late"));
  }

  private void isReplaced(TaskKey key) {
    long later = System.nanoTime() + HEARTBEAT.toNanos();
    await().until(() -> System.nanoTime() - later >= 0);
    ledger().runs().fence(key);
    ledger().runs().lost(key, run -> "{}");
  }

  private void assertDoneOnceAfterAnInterruption(String id, ScriptedAgent agent) throws Exception {
    assertThat(agent.requests()).hasSize(1);
    assertNothingTwice(id);
    assertThat(said(id))
        .extracting(text -> text.substring(0, 4))
        .containsExactly("Work", "Inte", "Work", "Done");
  }
}
