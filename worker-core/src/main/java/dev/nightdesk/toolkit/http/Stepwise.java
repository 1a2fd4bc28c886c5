package dev.nightdesk.toolkit.http;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Claims and deliveries on a service that has no transactions: look, write what is missing, one
 * after the other, so that a repetition completes what an earlier attempt began. For any thread;
 * one task is written to by one thread at a time, since it has one owner.
 */
public final class Stepwise {

  private final Board board;

  /** When a write was sent whose outcome is not known, by the entry's key. */
  private final Map<String, Long> unsure = new ConcurrentHashMap<>();

  /** What stands on a task already. */
  private record Seen(Task task, Map<String, String> idsByKey, Optional<String> newestKey) {
    boolean anyOf(List<Entry> entries) {
      return entries.stream().anyMatch(entry -> idsByKey.containsKey(entry.key()));
    }

    boolean newestIsOneOf(List<Entry> entries) {
      return newestKey
          .filter(key -> entries.stream().anyMatch(entry -> entry.key().equals(key)))
          .isPresent();
    }
  }

  /** Writes through these single steps. */
  public Stepwise(Board board) {
    this.board = board;
  }

  /** As {@link dev.nightdesk.spi.TaskQueue#claim}. Several claimants may each believe they won. */
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    Optional<Task> task = board.find(id);
    if (task.isEmpty() || task.get().standing() == Standing.CLOSED) {
      return new Claim.Gone();
    }
    Seen seen = seen(task.get());
    Standing standing = task.get().standing();
    boolean ours = standing == Standing.WORKING && seen.newestIsOneOf(entries);
    if (standing != Standing.READY && !ours) {
      return new Claim.Refused("it is marked as " + word(standing) + " already");
    }
    List<Receipt> receipts = write(seen, entries);
    board.move(id, Standing.WORKING);
    return new Claim.Taken(receipts);
  }

  /** As {@link dev.nightdesk.spi.TaskQueue#deliver}. */
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    Task task =
        board
            .find(id)
            .filter(found -> found.standing() != Standing.CLOSED)
            .orElseThrow(() -> QueueException.gone("The task was closed, moved or deleted."));
    Seen seen = seen(task);
    boolean before = seen.anyOf(entries);
    boolean overtaken = before && !seen.newestIsOneOf(entries);
    check(task.standing(), entries, before);
    List<Receipt> receipts = write(seen, entries);
    Standing standing = task.standing();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Move move && !overtaken && may(standing, move.to())) {
        board.move(id, move.to());
        standing = move.to();
      }
    }
    return receipts;
  }

  /** Before anything is written: a person who moved the task has the last word. */
  private static void check(Standing from, List<Entry> entries, boolean before)
      throws QueueException {
    Optional<Standing> to =
        entries.stream()
            .filter(Entry.Move.class::isInstance)
            .map(entry -> ((Entry.Move) entry).to())
            .findFirst();
    if (to.isPresent() && !before && !may(from, to.get())) {
      throw QueueException.gone("Somebody marked the task as " + word(from) + " meanwhile.");
    }
  }

  private static boolean may(Standing from, Standing to) {
    return from == to || to.reachedFrom().contains(from);
  }

  private Seen seen(Task task) throws QueueException, InterruptedException {
    Map<String, String> ids = new HashMap<>();
    Optional<String> newest = Optional.empty();
    for (Comment comment : board.comments(task.id())) {
      if (comment.key().isPresent()) {
        newest = comment.key();
        ids.put(newest.get(), comment.id());
      }
    }
    return new Seen(task, ids, newest);
  }

  private List<Receipt> write(Seen seen, List<Entry> entries)
      throws QueueException, InterruptedException {
    List<Receipt> receipts = new ArrayList<>();
    for (Entry entry : entries) {
      String written = seen.idsByKey().get(entry.key());
      if (written == null && !(entry instanceof Entry.Move)) {
        written = write(seen.task().id(), entry);
      }
      unsure.remove(entry.key());
      receipts.add(new Receipt(entry.key(), Optional.ofNullable(written)));
    }
    return receipts;
  }

  private String write(String id, Entry entry) throws QueueException, InterruptedException {
    Long sent = unsure.get(entry.key());
    if (sent != null) {
      Duration left = board.lag().minusNanos(System.nanoTime() - sent);
      if (left.isPositive()) {
        throw QueueException.retryAfter(left, "It may take a moment until a comment shows.");
      }
    }
    unsure.put(entry.key(), System.nanoTime());
    return board.write(id, entry);
  }

  private static String word(Standing standing) {
    return switch (standing) {
      case READY -> "ready";
      case WORKING -> "being worked on";
      case REVIEW -> "done";
      case FAILED -> "failed";
      case HELD -> "held";
      case CLOSED -> "closed";
    };
  }
}
