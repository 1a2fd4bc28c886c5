package dev.nightdesk.worker;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Outbox;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Switches;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.ledger.Tasks;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the queue once: stores what it says, and acts on what people did there. */
final class Poller {
  /** A full listing corrects, now and then, what an incremental one may have missed. */
  private static final Duration WHOLE_EVERY = Duration.ofMinutes(15);

  /** After one that another worker on the same ledger overtook. */
  private static final Duration WHOLE_AGAIN = Duration.ofMinutes(1);

  /** Of a poll that others overtake. */
  private static final int TRIES = 3;

  private static final Logger log = LoggerFactory.getLogger(Poller.class);

  private final WorkerSpec spec;
  private final TaskQueue queue;
  private final Tasks tasks;
  private final Outbox outbox;
  private final Runs runs;
  private final Switches switches;
  private final Trust trust;
  private final Watch watch;
  private final InstantSource clock;
  private final Predicate<TaskKey> late;
  private final Set<TaskKey> suspects = new HashSet<>();
  private Instant wholeAt = Instant.MIN;

  /**
   * Until where this worker has seen to everything. What another one on the same ledger is told
   * after that may be about a run of ours, so we ask to be told, too.
   */
  private Optional<String> own = Optional.empty();

  /**
   * @param late has a task looked at that may carry a claim that came too late; false where that
   *     has to wait
   */
  Poller(WorkerSpec spec, Office office, Watch watch, Predicate<TaskKey> late) {
    Ledger ledger = office.ledger();
    this.spec = spec;
    this.queue = spec.queue();
    this.tasks = ledger.tasks();
    this.outbox = ledger.outbox();
    this.runs = ledger.runs();
    this.switches = ledger.switches();
    this.trust = new Trust(spec.authors(), spec.queue());
    this.watch = watch;
    this.clock = office.clock();
    this.late = late;
  }

  /**
   * Polls once: what changed and what was said since our last poll, at the start an earlier
   * process's or another worker's, and now and then everything.
   *
   * @throws LedgerException the ledger is away; nothing was missed, the next poll sees it all
   */
  void poll() throws QueueException, InterruptedException {
    Optional<String> stored;
    Poll poll;
    int tries = 0;
    do {
      stored = tasks.cursor(spec.name());
      poll = queue.poll(own.isPresent() ? own : stored);
    } while (!take(poll, stored) && ++tries < TRIES);
    if (!poll.whole() && wholeAt.isBefore(clock.instant().minus(WHOLE_EVERY))) {
      takeAll();
    }
    releaseAfterRefusal();
  }

  /** A listing takes long; where others store polls meanwhile, it is brought up to date. */
  private void takeAll() throws QueueException, InterruptedException {
    Optional<String> stored = tasks.cursor(spec.name());
    Poll whole = queue.poll(Optional.empty());
    // A whole listing tells no comments, so they are told from where the changes ended.
    Poll all = new Poll(whole.tasks(), whole.comments(), true, own.isPresent() ? own : stored);
    for (int tries = 1; !take(all, stored); tries++) {
      if (tries == TRIES) {
        wholeAt = clock.instant().minus(WHOLE_EVERY).plus(WHOLE_AGAIN);
        return;
      }
      stored = tasks.cursor(spec.name());
      all = changed(all, queue.poll(all.cursor()));
    }
  }

  private static Poll changed(Poll all, Poll changes) {
    if (changes.whole()) {
      return changes;
    }
    Map<String, Task> latest = new LinkedHashMap<>();
    all.tasks().forEach(task -> latest.put(task.id(), task));
    changes.tasks().forEach(task -> latest.put(task.id(), task));
    return new Poll(List.copyOf(latest.values()), changes.comments(), true, changes.cursor());
  }

  /** False where another worker on the same ledger was faster: what it stored counts. */
  private boolean take(Poll poll, Optional<String> stored)
      throws QueueException, InterruptedException {
    for (Comment comment : poll.comments()) {
      hear(comment);
    }
    Optional<List<TaskKey>> returned = tasks.see(spec.name(), poll, stored);
    if (returned.isEmpty()) {
      return false;
    }
    poll.tasks().stream()
        .filter(Task::stops)
        .forEach(task ->
            log.warn(
                "stopped worker={} task_id={} carries the label {}",
                spec.name(),
                task.id(),
                Task.STOP_LABEL));
    for (TaskKey key : returned.get()) {
      confirm(key);
    }
    lookAtLiveRuns(poll);
    lookForLateClaims(poll);
    own = poll.cursor();
    if (poll.whole()) {
      wholeAt = clock.instant();
    }
    return true;
  }

  /** A trusted person's reply on a task that has ended makes it ready again. */
  private void hear(Comment comment) throws QueueException, InterruptedException {
    if (comment.key().isPresent()) {
      return;
    }
    TaskKey key = new TaskKey(spec.name(), comment.taskId());
    Optional<TaskRow> row = tasks.find(key);
    if (!hasEnded(row)
        || outbox.wrote(spec.name(), comment.id())
        || isOlderThanTheLastRun(comment, row.orElseThrow())
        || !trust.heeds(comment)) {
      return;
    }
    tasks.reply(key, new Entry.Move(replyKey(key, comment), Standing.READY));
  }

  private static boolean hasEnded(Optional<TaskRow> row) {
    return row.map(TaskRow::state).filter(TaskState::hasEnded).isPresent();
  }

  /** What was said before the last run began was there for it to read. */
  private boolean isOlderThanTheLastRun(Comment comment, TaskRow row) {
    return row.lastRun()
        .flatMap(runs::find)
        .filter(run -> comment.createdAt().isBefore(run.startedAt()))
        .isPresent();
  }

  private static String replyKey(TaskKey key, Comment comment) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((key + "\n" + comment.id()).getBytes(StandardCharsets.UTF_8));
      return "reply-" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A person removed our mark. The poll may be older than our last write, so it is asked again. */
  private void confirm(TaskKey key) throws QueueException, InterruptedException {
    Optional<TaskRow> row = tasks.find(key);
    if (row.isEmpty() || !outbox.pending(key).isEmpty()) {
      return;
    }
    boolean ready =
        queue.find(key.id()).filter(task -> task.standing() == Standing.READY).isPresent();
    if (ready) {
      tasks.startOver(row.get());
    }
  }

  /**
   * Marked as being worked on though it has ended: that is how it is while our own mark is on its
   * way, and where a worker that was dead by then has put its mark on it.
   */
  private void lookForLateClaims(Poll poll) {
    for (Task task : poll.tasks()) {
      TaskKey key = new TaskKey(spec.name(), task.id());
      if (task.standing() == Standing.WORKING && hasEndedAfterMoreThanOneRun(key)) {
        suspects.add(key);
      } else {
        suspects.remove(key);
      }
    }
    suspects.removeIf(key -> outbox.pending(key).isEmpty() && late.test(key));
  }

  private boolean hasEndedAfterMoreThanOneRun(TaskKey key) {
    Optional<TaskRow> row = tasks.find(key);
    return hasEnded(row) && row.orElseThrow().runs() > 1;
  }

  private void lookAtLiveRuns(Poll poll) throws QueueException, InterruptedException {
    Collection<Live> live = watch.live();
    if (live.isEmpty()) {
      return;
    }
    Map<String, Task> polled = new HashMap<>();
    poll.tasks().forEach(task -> polled.put(task.id(), task));
    for (Live run : live) {
      Task seen = polled.get(run.task().id());
      boolean suspicious =
          seen == null ? poll.whole() : seen.standing() != Standing.WORKING || isEdited(seen, run);
      if (suspicious && run.phase() == Live.Phase.AGENT) {
        lookAgain(run);
      }
    }
  }

  private void lookAgain(Live run) throws QueueException, InterruptedException {
    Optional<Task> now = queue.find(run.task().id());
    if (now.isEmpty() || now.get().standing() != Standing.WORKING) {
      run.meter().stop(Meter.Stop.TASK_CLOSED);
    } else if (isEdited(now.get(), run)) {
      run.meter().stop(Meter.Stop.TASK_EDITED);
    }
  }

  /** Where authors are named, other words than those that were approved are nobody's order. */
  private boolean isEdited(Task now, Live run) {
    return spec.authors() instanceof Authors.Named
        && !Approval.hash(now).equals(Approval.hash(run.task()));
  }

  private void releaseAfterRefusal() {
    switches
        .workerHold(spec.name())
        .filter(hold -> hold.release().equals(Alarm.QUEUE_REFUSES))
        .ifPresent(hold -> switches.releaseWorker(spec.name()));
  }
}
