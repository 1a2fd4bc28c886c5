package dev.nightdesk.worker;

import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Outbox;
import dev.nightdesk.ledger.Outbox.Pending;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.Tasks;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to a queue what the ledger says must stand there. A failed delivery is repeated by itself
 * and never reruns the agent.
 */
final class Deliveries {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
  private static final Duration PATIENCE = Duration.ofHours(24);

  private final TaskQueue queue;
  private final Outbox outbox;
  private final Tasks tasks;
  private final Alarm alarm;
  private final Redaction redaction;
  private final InstantSource clock;
  private final Step.Listener steps;

  Deliveries(TaskQueue queue, Alarm alarm, Office office) {
    this.queue = queue;
    this.outbox = office.ledger().outbox();
    this.tasks = office.ledger().tasks();
    this.alarm = alarm;
    this.redaction = office.redaction();
    this.clock = office.clock();
    this.steps = office.steps();
  }

  /** Delivers what is pending for a task; answers when to try again where that did not work. */
  Optional<Next> flush(TaskKey key) throws InterruptedException {
    return deliver(key, outbox.pending(key));
  }

  /** The same where it is known what is pending. */
  Optional<Next> deliver(TaskKey key, List<Pending> pending) throws InterruptedException {
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    try {
      List<Receipt> receipts =
          queue.deliver(key.id(), pending.stream().map(Pending::entry).toList());
      steps.reached(Step.DELIVERED, key);
      outbox.delivered(key, receipts);
      steps.reached(Step.RECEIVED, key);
      return Optional.empty();
    } catch (QueueException e) {
      return failed(key, pending.getFirst(), e);
    }
  }

  private Optional<Next> failed(TaskKey key, Pending oldest, QueueException e) {
    String problem = redaction.conceal(e.getMessage());
    if (e.kind() == QueueException.Kind.GONE) {
      outbox.drop(key, problem);
      tasks.away(key, problem);
      return Optional.of(new Next.Done());
    }
    Instant now = clock.instant();
    outbox.failed(key, problem);
    if (oldest.createdAt().plus(PATIENCE).isBefore(now)) {
      return Optional.of(giveUp(key, problem));
    }
    if (e.kind() == QueueException.Kind.FIX_SETTINGS) {
      alarm.holdWorker(Optional.of(key), e.getMessage());
    }
    Duration pause = Outage.heeded(e.after()).orElse(Judge.backoff(oldest.tries() + 1));
    log.warn(
        "delivery failed task_id={} worker={} tries={} again_in={} reason={}",
        key.id(),
        key.worker(),
        oldest.tries() + 1,
        pause,
        problem);
    return Optional.of(new Next.Again(now.plus(pause)));
  }

  private Next giveUp(TaskKey key, String problem) {
    outbox.drop(key, problem);
    String reason = "What was to be written on the task could not be delivered for 24 hours.";
    tasks.hold(key, reason, "Its text is kept: `nightdesk runs` and `nightdesk show`.", List.of());
    alarm.raise(Optional.of(key), reason + " " + problem);
    return new Next.Done();
  }
}
