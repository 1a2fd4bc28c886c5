package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * As {@link WorkerContract} has it of a worker that dies at every {@link Step}, with processes that
 * really die, at once with all their tasks. The queue is opened by the settings of the fixture.
 */
public abstract class WorkerDeathContract extends WorkerStage {

  /** Makes the queue's provider in those processes, by a constructor without parameters. */
  protected Class<? extends TaskQueueProvider> provider() {
    return ServiceLoader.load(TaskQueueProvider.class).iterator().next().getClass();
  }

  @Test
  public final void losesRepeatsAndOverlapsNothingWhereverItsProcessDies() throws Exception {
    Map<String, Step> tasks = Crashes.tasks(person(), 1);

    dies(Crashes.first(tasks));
    dies(Crashes.second(tasks));
    Set<String> overlaps = ConcurrentHashMap.newKeySet();
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          String id = ledger().runs().find(request.runId()).orElseThrow().key().id();
          if (MortalProcess.lives(MortalProcess.mark(home, id))) {
            overlaps.add(id);
          }
          voice.costs(Crashes.COST);
          return voice.done("paid for");
        });
    clock.set(Instant.now().plusSeconds(30));
    try (Worker worker = worker(agent)) {
      worker.watch();
      for (String id : tasks.keySet()) {
        await().atMost(60, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      }
    }

    assertThat(overlaps).isEmpty();
    for (Map.Entry<String, Step> task : tasks.entrySet()) {
      String id = task.getKey();
      Step step = task.getValue();
      assertNothingTwice(id);
      Crashes.assertSaid(step, said(id));
      assertThat(row(id).spentUsd()).as("%s", step).isEqualByComparingTo(Crashes.spent(step));
      Crashes.assertRecorded(step, auditLines(), id);
    }
  }

  private void dies(Map<String, Step> fates) throws Exception {
    Map<String, String> settings = service().settings(service().address());
    int code = MortalProcess.live(home, provider(), settings, fates);
    assertThat(code).as(Files.readString(home.resolve("output.txt"))).isEqualTo(137);
    for (String id : fates.keySet()) {
      await("its agent is gone")
          .atMost(Duration.ofSeconds(5))
          .until(() -> !MortalProcess.lives(MortalProcess.mark(home, id)));
    }
  }
}
