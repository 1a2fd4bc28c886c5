package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A queue with a real worker on it: tasks are done, stopped, held and handed over as a person would
 * expect, and whatever breaks, nothing is lost and nothing is written twice. An adapter's test
 * extends it and supplies the {@link dev.nightdesk.testkit.QueueFixture} that it has for {@link
 * dev.nightdesk.testkit.TaskQueueContract}.
 */
public abstract class WorkerContract extends WorkerNewsContract {

  @Test
  public final void runsEachTaskOnceThoughTwoWorkersShareALedger() throws Exception {
    concurrency = 3;
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add(puts("shared " + i));
    }
    ScriptedAgent agent = ScriptedAgent.saying("done");
    try (Worker one = worker(agent);
        Worker two = worker(agent)) {
      one.watch();
      two.watch();
      for (String id : ids) {
        await().atMost(60, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      }
    }
    assertThat(agent.requests()).hasSize(12);
    assertThat(auditLines()).hasSize(12);
  }

  @Test
  public final void letsOneOfTwoLedgersHaveATask() throws Exception {
    needs(Ability.EXCLUSIVE_CLAIM);
    String id = puts("fought over");
    AtomicInteger runs = new AtomicInteger();
    AgentRunner agent =
        new ScriptedAgent((request, voice) -> {
          runs.incrementAndGet();
          return voice.done("done");
        });
    Ledger elsewhere = Ledger.open(home.resolve("elsewhere"), Optional.empty(), clock);
    try (elsewhere;
        Worker one = worker(agent);
        Worker two = worker(agent, openQueue(), elsewhere)) {
      one.watch();
      two.watch();
      await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
    }
    assertThat(runs).hasValue(1);
    assertThat(said(id)).hasSize(2);
  }
}
