package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A service that is away, loses its answers, or refuses the worker. */
abstract class WorkerOutageContract extends WorkerSecretsContract {

  @Test
  public final void writesNothingTwiceThoughRepliesAreLost() throws Exception {
    String id = puts("hears nothing");
    proxy().dropReplyTo(service().decisiveRequest());
    try (Worker worker = worker(ScriptedAgent.saying("done"))) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> proxy().dropped() > 0);
      proxy().heal();
      await().atMost(60, SECONDS).until(() -> passes(id, TaskState.REVIEW));
      await().atMost(60, SECONDS).until(() -> passes(id, Standing.REVIEW));
    }
    assertNothingTwice(id);
    assertThat(said(id)).filteredOn(text -> text.startsWith("Done.")).hasSize(1);
  }

  @Test
  public final void deliversLaterAndNeverRunsAgainWhereTheServiceWasAway() throws Exception {
    String id = puts("outlasts an outage");
    ScriptedAgent agent = cutOffAtWork();
    try (Worker worker = worker(agent)) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> is(id, TaskState.REVIEW));
      proxy().heal();
      await().atMost(60, SECONDS).ignoreExceptions().until(() -> passes(id, Standing.REVIEW));
    }
    assertThat(agent.requests()).hasSize(1);
    assertThat(said(id)).hasSize(2).last().asString().contains("paid for");
  }

  /** An agent that does its work while the service goes down. */
  private ScriptedAgent cutOffAtWork() {
    return new ScriptedAgent((request, voice) -> {
      proxy().refuse();
      return voice.done("paid for");
    });
  }

  @Test
  public final void tellsAPersonWhatCouldNotBeDeliveredForADay() throws Exception {
    String id = puts("never answered");
    ScriptedAgent agent = cutOffAtWork();
    try (Worker worker = worker(agent)) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> is(id, TaskState.REVIEW));
      clock.advance(Duration.ofHours(25));
      await().atMost(60, SECONDS).until(() -> passes(id, TaskState.HELD));
      proxy().heal();
    }
    assertThat(alerts).singleElement().asString().contains("could not be delivered for 24 hours");
    assertThat(ledger().outbox().pending(row(id).key())).isEmpty();
  }

  @Test
  public final void waitsForAPersonWhereTheQueueRefusesIt() throws Exception {
    String id = puts("behind a closed door");
    AtomicBoolean refuses = new AtomicBoolean(true);
    QueueException no = QueueException.fixSettings("The token is wrong.");
    TaskQueue door =
        new Door(openQueue(), () -> refuses.get() ? Optional.of(no) : Optional.empty());
    try (Worker worker = worker(ScriptedAgent.saying("done"), door, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> !alerts.isEmpty());
    }
    assertThat(alerts).singleElement().asString().contains("The token is wrong.");
    assertThat(ledger().switches().workerHold(NAME)).isPresent();
    refuses.set(false);
    try (Worker worker = worker(ScriptedAgent.saying("done"), door, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
    }
    assertThat(ledger().switches().workerHold(NAME)).isEmpty();
    assertThat(alerts).hasSize(1);
  }

  @Test
  public final void pausesLongerAndLongerInAStormOfErrorsAndChargesNoAttempt() throws Exception {
    String id = puts("outlasts a storm");
    List<Long> polls = new CopyOnWriteArrayList<>();
    QueueException storm = QueueException.retryAfter(Duration.ZERO, "It answers 503.");
    TaskQueue door =
        new Door(
            openQueue(),
            () -> {
              polls.add(System.nanoTime());
              if (polls.size() == 2) {
                throw new LedgerException("It is away.");
              }
              return polls.size() == 1 ? Optional.of(storm) : Optional.empty();
            });
    try (Worker worker = worker(ScriptedAgent.saying("done"), door, ledger())) {
      worker.watch();
      await().atMost(60, SECONDS).until(() -> standing(id) == Standing.REVIEW);
    }
    assertThat(polls.get(1) - polls.get(0)).isGreaterThan(MILLISECONDS.toNanos(490));
    assertThat(polls.get(2) - polls.get(1)).isGreaterThan(MILLISECONDS.toNanos(990));
    assertThat(auditLines()).singleElement().asString().contains("\"attempt\":1,");
  }

  /** A queue that may not be polled now and then. */
  private static final class Door extends QueueInBetween {
    private final Supplier<Optional<QueueException>> says;

    Door(TaskQueue real, Supplier<Optional<QueueException>> says) {
      super(real);
      this.says = says;
    }

    @Override
    public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
      Optional<QueueException> no = says.get();
      if (no.isPresent()) {
        throw no.get();
      }
      return super.poll(cursor);
    }
  }
}
