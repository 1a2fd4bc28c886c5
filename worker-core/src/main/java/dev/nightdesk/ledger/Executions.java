package dev.nightdesk.ledger;

import static java.util.stream.Collectors.toMap;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.nightdesk.spi.Containment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who carries which task, on all machines: one owner at a time, taken over when it dies. */
public final class Executions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Executions.class);
  private static final Duration FAREWELL = Duration.ofSeconds(15);

  /** To hand a task back in its queue, where nothing else is left to do. */
  private static final Duration LAST_WORD = Duration.ofSeconds(3);

  private final Picks picks;
  private final Timings timings;
  private final Handler handler;
  private final Scheduler seats;

  /** One more seat in which no agent runs, so that what is owed never waits for one that does. */
  private final Scheduler errands;

  private final AtomicInteger seated = new AtomicInteger();
  private final Map<Thread, Carried> live = new ConcurrentHashMap<>();
  private final ReentrantLock ends = new ReentrantLock();
  private final Condition oneEnded = ends.newCondition();
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Carries one task; interrupted when it shall end at once. */
  @FunctionalInterface
  public interface Handler {
    Next carry(TaskKey key, Containment.Pulse pulse) throws InterruptedException;

    /** Does what needs no seat, while all are taken; empty where it has to wait for one. */
    default Optional<Next> settle(TaskKey key) throws InterruptedException {
      return Optional.empty();
    }
  }

  /** What becomes of the execution. */
  public sealed interface Next {
    record Done() implements Next {}

    record Again(Instant at) implements Next {}
  }

  Executions(Picks picks, int concurrency, Timings timings, Handler handler) {
    this.picks = picks;
    this.timings = timings;
    this.handler = handler;
    this.seats =
        new Seats(picks, picks.worker(), timings).scheduler(concurrency, runs(), new Watch());
    Picks theirs = new ErrandPicks(picks, () -> seated.get() >= concurrency);
    this.errands =
        new Seats(theirs, picks.worker() + "-errand", timings.attentive())
            .scheduler(1, errands(), new ErrandWatch());
  }

  private CustomTask<Void> runs() {
    return Tasks.custom(picks.worker(), Void.class)
        .onFailure(this::failed)
        .onDeadExecution((complete, row) -> {}) // the other one looks more often
        .execute((instance, context) -> {
          seated.incrementAndGet();
          try {
            return carry(instance, context, handler);
          } finally {
            seated.decrementAndGet();
          }
        });
  }

  private CustomTask<Void> errands() {
    return Tasks.custom(picks.worker(), Void.class)
        .onFailure(this::failed)
        .onDeadExecution(this::takeOver)
        .execute((instance, context) -> carry(instance, context, (key, pulse) -> settle(key)));
  }

  private Next settle(TaskKey key) throws InterruptedException {
    return handler.settle(key).orElseGet(() -> new Next.Again(picks.now().plus(timings.poll())));
  }

  public void start() {
    seats.start();
    errands.start();
  }

  private void look() {
    seats.triggerCheckForDueExecutions();
    errands.triggerCheckForDueExecutions();
  }

  /** Has a task carried as soon as there is room; true if that is news. */
  public boolean offer(TaskKey key, int priority) {
    return offer(Map.of(key.id(), priority)) > 0;
  }

  /** Has tasks carried, by their priorities; how many of them that is news for. */
  public int offer(List<TaskRow> rows) {
    return offer(rows.stream().collect(toMap(row -> row.key().id(), TaskRow::priority)));
  }

  private int offer(Map<String, Integer> priorities) {
    if (priorities.isEmpty() || picks.isQuiet()) {
      return 0;
    }
    int offered = picks.offer(priorities);
    if (offered > 0) {
      seats.triggerCheckForDueExecutions();
    }
    return offered;
  }

  public int running() {
    return live.size();
  }

  /** Nothing is running and nothing is due. */
  public boolean idle() {
    // What was picked is not live until its thread has begun.
    return live.isEmpty() && !picks.any() && live.isEmpty();
  }

  /** How many are due that nobody has taken yet, on whatever machine. */
  public int waiting() {
    return picks.due();
  }

  /** Takes nothing more; what runs goes on, with its heartbeats. */
  public void quiet() {
    picks.quiet();
  }

  /** Takes nothing more and waits for what runs; false when {@code max} was not enough. */
  public boolean drain(Duration max) throws InterruptedException {
    quiet();
    long left = max.toNanos();
    ends.lockInterruptibly();
    try {
      while (!live.isEmpty() && left > 0) {
        left = oneEnded.awaitNanos(left);
      }
      return live.isEmpty();
    } finally {
      ends.unlock();
    }
  }

  /**
   * Interrupts what does not end by itself in a moment, and gives its executions back, to start
   * elsewhere at once.
   */
  @Override
  public void close() {
    quiet();
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!drain(LAST_WORD)) {
        live.values().forEach(Carried::interrupt);
      }
      if (!drain(FAREWELL)) {
        log.warn(
            "worker={} still busy after {}; its tasks are taken over", picks.worker(), FAREWELL);
      }
    } catch (InterruptedException e) {
      live.values().forEach(Carried::interrupt);
      Thread.currentThread().interrupt();
    }
    errands.stop();
    seats.stop();
  }

  /** Gives back at once what dead processes of this home on this machine had taken. */
  public int releaseDeadOwners() {
    int released = picks.releaseDeadOwners();
    look();
    return released;
  }

  private CompletionHandler<Void> carry(
      TaskInstance<Void> instance, ExecutionContext context, Handler how) {
    TaskKey key = new TaskKey(picks.worker(), instance.getId());
    Carried carried = Carried.byThisThread(key, picks.owner(), context.getExecution().version);
    live.put(Thread.currentThread(), carried);
    try {
      if (picks.isQuiet()) {
        return this::giveBack;
      }
      Heartbeats pulse = new Heartbeats(context.getCurrentlyExecuting(), timings, picks::now);
      return switch (how.carry(key, pulse)) {
        case Next.Done done -> Executions::remove;
        case Next.Again again -> (complete, row) -> row.reschedule(complete, again.at());
      };
    } catch (InterruptedException e) {
      if (!closing.get()) {
        throw new IllegalStateException("interrupted, though nobody closes", e);
      }
      return this::giveBack;
    } catch (ReplacedException e) {
      log.warn("replaced task_id={} worker={}; stopped", key.id(), key.worker());
      return (complete, row) -> {};
    } finally {
      carried.end();
    }
  }

  private void giveBack(ExecutionComplete complete, ExecutionOperations<Void> row) {
    row.reschedule(complete, picks.now());
  }

  private static void remove(ExecutionComplete complete, ExecutionOperations<Void> row) {
    row.stop();
  }

  /** After a mistake of ours less and less often; where the ledger was away, soon. */
  private void failed(ExecutionComplete complete, ExecutionOperations<Void> row) {
    String id = complete.getExecution().getId();
    Throwable cause = complete.getCause().orElse(null);
    Duration pause = timings.heartbeat();
    if (cause instanceof LedgerException) {
      log.warn(
          "task_id={} worker={} again_in={} {}", id, picks.worker(), pause, cause.getMessage());
    } else {
      long beats = 1L << Math.min(complete.getExecution().consecutiveFailures, 5);
      pause = pause.multipliedBy(Math.min(beats, 30));
      log.error("task_id={} worker={} again_in={} failed", id, picks.worker(), pause, cause);
    }
    row.reschedule(complete, picks.now().plus(pause));
  }

  private void takeOver(ExecutionComplete complete, ExecutionOperations<Void> row) {
    log.warn(
        "taking over task_id={} worker={} of={}",
        complete.getExecution().getId(),
        picks.worker(),
        complete.getExecution().pickedBy);
    row.reschedule(complete, picks.now());
    look();
  }

  /** Follows what db-scheduler does. */
  private class Watch extends AbstractSchedulerListener {
    @Override
    public void onExecutionComplete(ExecutionComplete complete) {
      live.remove(Thread.currentThread());
      ends.lock();
      try {
        oneEnded.signalAll();
      } finally {
        ends.unlock();
      }
    }

    @Override
    public void onExecutionFailedHeartbeat(CurrentlyExecuting execution) {
      if (execution.getHeartbeatState().getFailedHeartbeats() == 2) {
        log.warn(
            "heartbeats fail task_id={} worker={}",
            execution.getTaskInstance().getId(),
            picks.worker());
      }
    }
  }

  /** What is done without a seat may be ready for one now. */
  private final class ErrandWatch extends Watch {
    @Override
    public void onExecutionComplete(ExecutionComplete complete) {
      super.onExecutionComplete(complete);
      seats.triggerCheckForDueExecutions();
    }
  }
}
