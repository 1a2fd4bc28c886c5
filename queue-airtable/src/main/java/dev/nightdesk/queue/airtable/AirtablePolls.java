package dev.nightdesk.queue.airtable;

import dev.nightdesk.queue.airtable.AirtableClient.Listing;
import dev.nightdesk.queue.airtable.Picture.Seen;
import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what changed with one request, and keeps what it knows: calls are counted by the month,
 * and a listing needs one for every hundred records. What it saw counts as told only when its
 * cursor comes back; until then the next poll tells it again.
 */
final class AirtablePolls {
  /** A listing may trail a write, and times are cut to seconds. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  /** Everything is listed anew so often, though it should be known. */
  private static final Duration LISTED_EVERY = Duration.ofDays(1);

  /** What was asked for so lately is not asked for again. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private static final Comparator<Task> URGENCY =
      Comparator.comparingInt(Task::priority)
          .reversed()
          .thenComparing(task -> task.due().orElse(Instant.MAX))
          .thenComparing(task -> task.createdAt().orElse(Instant.MAX));

  private final AirtableClient client;
  private final AirtableBoard board;
  private final OwnComments own;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Picture told;
  private @Nullable Picture untold;
  private int turn;
  private Optional<Long> changesAt = Optional.empty();

  AirtablePolls(AirtableClient client, AirtableBoard board, OwnComments own, InstantSource clock) {
    this.client = client;
    this.board = board;
    this.own = own;
    this.clock = clock;
  }

  Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<Picture> before = cursor.flatMap(this::recall);
      Poll poll = before.isPresent() ? changes(before.get()) : everything(cursor);
      changesAt = before.map(told -> System.nanoTime());
      turn++;
      return poll;
    } finally {
      lock.unlock();
    }
  }

  /** What was told, where the cursor says so. */
  private Optional<Picture> recall(String text) {
    Optional<Cursor> cursor = Cursor.parse(text, client.base().names());
    if (untold != null && cursor.equals(Optional.of(untold.cursor()))) {
      told = untold;
      untold = null;
    }
    // Another worker of the same name may have polled since: what it was told, all were told.
    return Optional.ofNullable(told)
        .filter(picture ->
            cursor
                .filter(
                    got -> got.equals(picture.cursor()) || got.millis() > picture.cursor().millis())
                .isPresent());
  }

  private Poll everything(Optional<String> cursor) throws QueueException, InterruptedException {
    Optional<Picture> known =
        Optional.ofNullable(untold)
            .or(() -> Optional.ofNullable(told))
            .filter(picture -> clock.instant().isBefore(picture.listed().plus(LISTED_EVERY)));
    if (known.isEmpty()) {
      client.base().forget();
    }
    Picture now =
        client.base().with(layout -> known.isPresent() ? fresh(layout, known.get()) : list(layout));
    // Who asks for everything after the changes goes on from where the changes ended.
    Picture kept = untold == null ? now : new Picture(untold.cursor(), now.listed(), now.seen());
    List<Comment> comments = told == null ? said(cursor, now) : news(told, now);
    return remember(kept, now.tasks(Seen::isOpen), comments, true);
  }

  private Picture fresh(Layout layout, Picture known)
      throws QueueException, InterruptedException, StaleLayoutException {
    boolean fresh = changesAt.filter(at -> System.nanoTime() - at < FRESH.toNanos()).isPresent();
    return fresh ? known : look(layout, known);
  }

  /** What was said since an earlier process polled, on tasks that a reply could start again. */
  private List<Comment> said(Optional<String> cursor, Picture now)
      throws QueueException, InterruptedException {
    Optional<Cursor> since = cursor.flatMap(text -> Cursor.parse(text, client.base().names()));
    List<Comment> said = new ArrayList<>();
    if (since.isPresent()) {
      for (Seen one : now.seen().values()) {
        if (one.isEnded() && one.row().comments() > 0) {
          said.addAll(board.commentsSince(one.row().id(), since.get().time().minus(OVERLAP)));
        }
      }
    }
    return said;
  }

  private Poll changes(Picture before) throws QueueException, InterruptedException {
    Picture now = client.base().with(layout -> look(layout, before));
    List<Task> tasks = new ArrayList<>(now.tasks(seen -> now.differs(seen, before)));
    for (String id : before.seen().keySet()) {
      if (now.find(id).isEmpty()) {
        tasks.add(Task.of(id, "", Standing.CLOSED).build());
      }
    }
    return remember(now, tasks, news(before, now), false);
  }

  private Picture list(Layout layout)
      throws QueueException, InterruptedException, StaleLayoutException {
    Listing listing = client.list(layout, layout.isOpen());
    Map<String, Seen> seen = new HashMap<>();
    listing.rows().forEach(row -> seen.put(row.id(), seen(row)));
    return new Picture(cursor(listing), clock.instant(), seen);
  }

  /** What changed, put into what is known. */
  private Picture look(Layout layout, Picture known)
      throws QueueException, InterruptedException, StaleLayoutException {
    List<String> watched = known.watched(turn);
    List<String> conditions = new ArrayList<>();
    conditions.add(Formula.changedAfter(known.cursor().time().minus(OVERLAP)));
    if (!watched.isEmpty()) {
      conditions.add(Formula.isAmong(watched));
    }
    Listing listing = client.list(layout, Formula.any(conditions));
    Map<String, Seen> seen = new HashMap<>(known.seen());
    seen.keySet().removeAll(Set.copyOf(watched));
    listing.rows().forEach(row -> seen.put(row.id(), seen(row)));
    return new Picture(cursor(listing), known.listed(), seen);
  }

  private Seen seen(Row row) {
    return new Seen(row, row.comments() - own.on(row.id()));
  }

  private Cursor cursor(Listing listing) {
    return Cursor.at(listing.at().orElseGet(clock::instant), client.base().names());
  }

  /** Comments by others, on records that have more of them than before. */
  private List<Comment> news(Picture before, Picture now)
      throws QueueException, InterruptedException {
    List<Comment> news = new ArrayList<>();
    for (Seen one : now.seen().values()) {
      Optional<Seen> was = before.find(one.row().id());
      int foreign = one.foreign() - was.map(Seen::foreign).orElse(0);
      int more = one.row().comments() - was.map(seen -> seen.row().comments()).orElse(0);
      if (foreign > 0) {
        news.addAll(board.newestComments(one.row().id(), Math.max(foreign, more)));
      }
    }
    return news;
  }

  private Poll remember(Picture now, List<Task> tasks, List<Comment> comments, boolean whole) {
    untold = now;
    return new Poll(
        tasks.stream().sorted(URGENCY).toList(),
        comments,
        whole,
        Optional.of(now.cursor().toString()));
  }
}
