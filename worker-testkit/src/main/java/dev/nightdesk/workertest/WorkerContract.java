package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A queue with a real worker on it: tasks are done, stopped, held and handed over as a person would
 * expect, and whatever breaks, nothing is lost and nothing is written twice. An adapter's test
 * extends it and supplies the {@link dev.nightdesk.testkit.QueueFixture} that it has for {@link
 * dev.nightdesk.testkit.TaskQueueContract}.
 */
public abstract class WorkerContract extends WorkerSeatsContract {

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

  @Test
  public final void endsItsRunWhoseTaskIsClosedThoughAnotherWorkerStoresThatFirst()
      throws Exception {
    needs(Ability.CHANGES);
    String id = puts("taken off the list");
    TaskQueue others = openQueue();
    AtomicBoolean overtaken = new AtomicBoolean(true);
    TaskQueue slow =
        new QueueInBetween(openQueue()) {
          @Override
          public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
            Poll polled = super.poll(cursor);
            boolean closed = polled.tasks().stream().anyMatch(task -> isClosed(task, id));
            if (closed && overtaken.compareAndSet(false, true)) {
              assertThat(ledger().tasks().see(NAME, others.poll(cursor), cursor)).isPresent();
            }
            return polled;
          }
        };
    CountDownLatch working = new CountDownLatch(1);
    try (Worker worker = worker(waiting(working), slow, ledger())) {
      worker.watch();
      working.await();
      overtaken.set(false);
      person().closes(id);
      await().atMost(20, SECONDS).until(() -> is(id, TaskState.AWAY));
    }
    assertThat(overtaken).isTrue();
    assertThat(auditLines()).singleElement().asString().contains("\"CANCELLED\"");
  }

  private static boolean isClosed(Task task, String id) {
    return task.id().equals(id) && task.standing() == Standing.CLOSED;
  }

  @Test
  public final void seesWhatComesWhileItListsAllAndAnotherWorkerStoresPolls() throws Exception {
    needs(Ability.CHANGES);
    String first = puts("was there");
    var queue = new OvertakenQueue();
    ScriptedAgent agent = ScriptedAgent.saying("done");
    try (Worker worker = worker(agent, queue, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> standing(first) == Standing.REVIEW);
      clock.advance(Duration.ofMinutes(16));
      await().atMost(30, SECONDS).until(() -> !queue.came.isEmpty());
      for (String id : queue.came) {
        await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      }
      clock.advance(Duration.ofMinutes(2));
      int before = queue.polls.get();
      await().atMost(30, SECONDS).until(() -> queue.polls.get() > before + 2);
    }
    assertThat(agent.requests()).hasSize(2);
    assertThat(queue.listings).as("at the start, and after a quarter of an hour").hasValue(2);
  }

  /** While all is listed for the second time, a task comes, of which another worker hears first. */
  private final class OvertakenQueue extends QueueInBetween {
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger listings = new AtomicInteger();
    private final List<String> came = new CopyOnWriteArrayList<>();
    private final TaskQueue others;

    OvertakenQueue() throws Exception {
      super(openQueue());
      this.others = openQueue();
    }

    @Override
    public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
      Poll polled = super.poll(cursor);
      polls.incrementAndGet();
      if (cursor.isEmpty() && listings.incrementAndGet() == 2) {
        came.add(comes());
      }
      return polled;
    }

    private String comes() throws QueueException, InterruptedException {
      try {
        String id = puts("comes meanwhile");
        Optional<String> since = ledger().tasks().cursor(NAME);
        Poll theirs = others.poll(since);
        assertThat(theirs.tasks()).extracting(Task::id).contains(id);
        assertThat(ledger().tasks().see(NAME, theirs, since)).isPresent();
        return id;
      } catch (QueueException | InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
