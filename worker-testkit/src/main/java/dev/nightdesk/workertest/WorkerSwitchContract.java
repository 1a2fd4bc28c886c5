package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The kill switch, by a command and by a label on a task of the queue. */
abstract class WorkerSwitchContract extends WorkerStopContract {

  @Test
  public final void stopsEverythingAndGoesOnAfterwards() throws Exception {
    String id = puts("stopped in the middle");
    CountDownLatch working = new CountDownLatch(1);
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          if (working.getCount() == 0) {
            return voice.done(
                "went on with " + request.session().map(Session::id).orElse("nothing"));
          }
          voice.introduce("session-1");
          working.countDown();
          voice.pause(Duration.ofMinutes(5));
          return voice.done("never");
        });
    try (Worker worker = worker(agent)) {
      worker.watch();
      working.await();
      ledger().switches().stop(Optional.empty(), "a test");
      await().atMost(10, SECONDS).until(() -> standing(id) == Standing.READY);
      String other = puts("not started");
      await().during(Duration.ofMillis(500)).until(() -> agent.requests().size() == 1);
      assertThat(standing(other)).isEqualTo(Standing.READY);
      ledger().switches().resume(Optional.empty());
      await().atMost(30, SECONDS).until(() -> passes(id, Standing.REVIEW));
    }
    assertThat(said(id)).anyMatch(text -> text.contains("`nightdesk resume`"));
    assertThat(said(id)).last().asString().contains("went on with session-1");
  }

  @Test
  public final void stopsWhileATaskOfItsQueueCarriesTheLabelForIt() throws Exception {
    needs(Ability.LABELS);
    String id = puts("stopped by a label");
    String sign;
    CountDownLatch working = new CountDownLatch(1);
    try (Worker worker = worker(waiting(working))) {
      worker.watch();
      working.await();
      sign = puts("stop");
      Instant labelled = Instant.now();
      person().labels(sign, Task.STOP_LABEL);
      await().atMost(10, SECONDS).until(() -> standing(id) == Standing.READY);
      System.out.printf(
          "stopped by a label after %d ms%n", Duration.between(labelled, Instant.now()).toMillis());
    }
    assertThat(said(id)).last().asString().contains("the label agent-stop taken away");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    clock.advance(Duration.ofMinutes(1));
    runOnce(agent);
    assertThat(agent.requests()).isEmpty();
    assertThat(said(sign)).isEmpty();

    person().closes(sign);
    clock.advance(Duration.ofMinutes(1));
    runOnce(agent);
    assertThat(standing(id)).isEqualTo(Standing.REVIEW);
    assertThat(agent.requests()).hasSize(1);
  }
}
