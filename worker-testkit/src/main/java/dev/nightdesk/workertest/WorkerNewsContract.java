package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Workers on one ledger share what they are told; none of them misses what is for it. */
abstract class WorkerNewsContract extends WorkerSeatsContract {

  @Test
  public final void endsItsRunWhoseTaskIsClosedThoughAnotherWorkerStoresThatFirst()
      throws Exception {
    needs(Ability.CHANGES);
    String id = puts("taken off the list");
    CountDownLatch working = new CountDownLatch(1);
    var queue = new SharedQueue((cursor, polled) -> tellsThatItIsClosed(polled, id), () -> id);
    try (Worker worker = worker(WorkerStopContract.waiting(working), queue, ledger())) {
      worker.watch();
      working.await();
      person().closes(id);
      await().atMost(20, SECONDS).until(() -> is(id, TaskState.AWAY));
    }
    assertThat(queue.told).containsExactly(id);
    assertCancelled();
  }

  @Test
  public final void endsItsRunWhoseTaskIsClosedThoughAnotherWorkerIsToldFirst() throws Exception {
    needs(Ability.CHANGES);
    String id = puts("taken off the list between two polls");
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean closing = new AtomicBoolean();
    var queue =
        new SharedQueue(
            (cursor, polled) -> closing.get(),
            () -> {
              person().closes(id);
              return id;
            });
    try (Worker worker = worker(WorkerStopContract.waiting(working), queue, ledger())) {
      worker.watch();
      working.await();
      closing.set(true);
      await().atMost(20, SECONDS).until(() -> is(id, TaskState.AWAY));
      await().atMost(20, SECONDS).untilAsserted(this::assertCancelled);
    }
    assertThat(queue.told).containsExactly(id);
  }

  @Test
  public final void endsItsRunWhoseTaskIsClosedThoughTheServiceIsAwayWhenItLooks()
      throws Exception {
    String id = puts("taken off the list of a tired service");
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean up = new AtomicBoolean(true);
    TaskQueue tired =
        new QueueInBetween(openQueue()) {
          @Override
          public Optional<Task> find(String id) throws QueueException, InterruptedException {
            if (up.compareAndSet(false, true)) {
              throw QueueException.retryAfter(Duration.ZERO, "It answers 503.");
            }
            return super.find(id);
          }
        };
    try (Worker worker = worker(WorkerStopContract.waiting(working), tired, ledger())) {
      worker.watch();
      working.await();
      up.set(false);
      person().closes(id);
      await().atMost(20, SECONDS).untilAsserted(this::assertCancelled);
    }
    assertThat(up).isTrue();
  }

  private static boolean tellsThatItIsClosed(Poll polled, String id) {
    return polled.tasks().stream()
        .anyMatch(task -> task.id().equals(id) && task.standing() == Standing.CLOSED);
  }

  private void assertCancelled() throws Exception {
    assertThat(auditLines()).singleElement().asString().contains("\"CANCELLED\"");
  }

  @Test
  public final void seesWhatComesWhileItListsAllAndAnotherWorkerStoresPolls() throws Exception {
    needs(Ability.CHANGES);
    String first = puts("was there");
    AtomicInteger listings = new AtomicInteger();
    var queue =
        new SharedQueue(
            (cursor, polled) -> cursor.isEmpty() && listings.incrementAndGet() == 2,
            () -> puts("comes meanwhile"));
    ScriptedAgent agent = ScriptedAgent.saying("done");
    try (Worker worker = worker(agent, queue, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> standing(first) == Standing.REVIEW);
      clock.advance(Duration.ofMinutes(16));
      await().atMost(30, SECONDS).until(() -> !queue.told.isEmpty());
      for (String id : queue.told) {
        await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      }
      clock.advance(Duration.ofMinutes(2));
      int before = queue.polls.get();
      await().atMost(30, SECONDS).until(() -> queue.polls.get() > before + 2);
    }
    assertThat(agent.requests()).hasSize(2);
    assertThat(listings).as("at the start, and after a quarter of an hour").hasValue(2);
  }

  /** While one of our polls is answered, another worker is told of a change, once. */
  private final class SharedQueue extends QueueInBetween {
    private final AtomicInteger polls = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final BiPredicate<Optional<String>, Poll> when;
    private final Callable<String> changes;
    private final TaskQueue others;

    /**
     * @param changes a task, whose id it returns
     */
    SharedQueue(BiPredicate<Optional<String>, Poll> when, Callable<String> changes)
        throws Exception {
      super(openQueue());
      this.when = when;
      this.changes = changes;
      this.others = openQueue();
    }

    @Override
    public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
      Poll polled = super.poll(cursor);
      polls.incrementAndGet();
      if (told.isEmpty() && when.test(cursor, polled)) {
        told.add(tellAnother());
      }
      return polled;
    }

    private boolean isOpen(String id) throws QueueException, InterruptedException {
      return others.find(id).filter(task -> task.standing() != Standing.CLOSED).isPresent();
    }

    private String tellAnother() throws QueueException, InterruptedException {
      try {
        String id = changes.call();
        Optional<String> since = ledger().tasks().cursor(NAME);
        Poll theirs = others.poll(since);
        boolean listed = theirs.tasks().stream().anyMatch(task -> task.id().equals(id));
        assertThat(listed).isEqualTo(!theirs.whole() || isOpen(id));
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
