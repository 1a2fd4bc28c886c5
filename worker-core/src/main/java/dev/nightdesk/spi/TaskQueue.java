package dev.nightdesk.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where tasks live. Opened once per worker; every method may be called from several threads at once
 * and may block, with a time limit of the adapter's own; interrupting the thread ends the call.
 *
 * <p>Every method that talks to the service throws {@link QueueException}, sorted by what to do.
 */
public interface TaskQueue extends AutoCloseable {

  /**
   * What changed since {@code cursor}, or everything where there is no cursor (or the queue does
   * not use them). Costs one cheap request when nothing changed.
   *
   * @param cursor from an earlier {@link Poll}: the last one that this worker stored, or, when it
   *     starts, that any worker of its name did; empty asks for the whole list
   */
  Poll poll(Optional<String> cursor) throws QueueException, InterruptedException;

  /** The task as it is now, read from the place that knows best; empty = gone. */
  Optional<Task> find(String id) throws QueueException, InterruptedException;

  /**
   * The comments on a task, oldest first, ours included.
   *
   * @param since leaves out what is older; empty = all
   */
  List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException;

  /**
   * Marks a ready task visibly as being worked on and writes the entries that go with it. Where the
   * service can compare and set, only one of many claimants gets {@link Claim.Taken}; elsewhere the
   * adapter's page says what it can promise. Safe to repeat: a claim whose entries are there
   * already is {@code Taken}.
   *
   * @param id the task
   * @param entries what a person shall read, usually one note "Working on it"
   */
  Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException;

  /**
   * Writes entries to a task in their order, each exactly once however often it is asked. Returns
   * only when all of them stand; on an exception some may stand, and the same call repeats safely.
   */
  List<Receipt> deliver(String id, List<Entry> entries) throws QueueException, InterruptedException;

  /**
   * Whether this author belongs to that circle now, looked up live. Asked only for the circles,
   * never for authors that the user named.
   */
  default boolean belongs(Author author, Circle circle)
      throws QueueException, InterruptedException {
    return false;
  }

  /** Puts a task in the queue and returns its id. */
  String add(NewTask task) throws QueueException, InterruptedException;

  /** What {@code nightdesk doctor} shows: token, project, permissions, labels, fields. */
  default List<Finding> check() throws InterruptedException {
    return List.of();
  }

  /** Releases what the queue holds. Never throws; may be called twice. */
  @Override
  default void close() {}
}
