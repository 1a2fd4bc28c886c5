package dev.nightdesk.workertest;

import static dev.nightdesk.spi.Standing.READY;
import static dev.nightdesk.spi.Standing.REVIEW;
import static dev.nightdesk.spi.Standing.WORKING;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What needs no agent waits for none, though the only seat has one that works for long. */
abstract class WorkerSeatsContract extends WorkerLateClaimContract {
  private final CountDownLatch taken = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  private RunResult worksForLong(ScriptedAgent.Voice voice) throws InterruptedException {
    taken.countDown();
    end.await();
    return voice.done("done at last");
  }

  private void endsWhatTakesLong(String id) throws InterruptedException {
    end.countDown();
    await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));
  }

  @Test
  public final void deliversAResultThoughTheOnlySeatIsTaken() throws Exception {
    String id = puts("done while the service was away");
    TaskQueue away =
        new QueueInBetween(openQueue()) {
          @Override
          public List<Receipt> deliver(String task, List<Entry> entries)
              throws QueueException, InterruptedException {
            if (taken.getCount() > 0) {
              throw QueueException.retryAfter(Duration.ZERO, "It answers 503.");
            }
            return super.deliver(task, entries);
          }
        };
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) ->
            is(id, TaskState.RUNNING) ? voice.done("paid for") : worksForLong(voice));
    try (Worker worker = worker(agent, away, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> is(id, TaskState.REVIEW));
      String other = puts("takes long");
      assertThat(taken.await(30, SECONDS)).isTrue();

      await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));
      assertThat(standing(other)).isEqualTo(WORKING);
      endsWhatTakesLong(other);
    }
    assertNothingTwice(id);
    assertThat(said(id)).hasSize(2).last().asString().contains("paid for");
  }

  @Test
  public final void putsBackWhatADeadWorkerHadThoughTheOnlySeatIsTaken() throws Exception {
    String id = puts("its worker dies");
    diesJustNow(new ScriptedAgent(WorkerCrashContract::work), Map.of(id, Step.JOURNALED));
    steps = (step, key) -> {};
    String other = puts("takes long");
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) ->
            taken.getCount() > 0 ? worksForLong(voice) : voice.done("paid for"));
    try (Worker worker = worker(agent)) {
      worker.watch();
      assertThat(taken.await(30, SECONDS)).isTrue();

      await().atMost(60, SECONDS).until(() -> passes(id, READY));
      assertThat(said(id)).hasSize(2).last().asString().startsWith("Interrupted");
      assertThat(standing(other)).isEqualTo(WORKING);
      endsWhatTakesLong(other);
      await().atMost(60, SECONDS).until(() -> passes(id, REVIEW));
    }
    assertNothingTwice(id);
    assertThat(agent.requests()).hasSize(2);
  }
}
