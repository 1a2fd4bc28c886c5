package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what changed with one request. What it saw counts as told only when its cursor comes
 * back; until then the next poll tells it again.
 */
final class AirtablePolls {
  /** A listing may trail a write, and times are cut to seconds. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

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
      if (before.isEmpty()) {
        client.base().refresh();
      }
      Poll poll =
          before.isPresent()
              ? client.base().with(layout -> changes(layout, before.get()))
              : client.base().with(this::whole);
      turn++;
      return poll;
    } finally {
      lock.unlock();
    }
  }

  /** From where to go on; empty where a whole listing is due. */
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

  private Poll whole(Layout layout)
      throws QueueException, InterruptedException, StaleLayoutException {
    Listing listing = client.list(layout, layout.isOpen());
    List<Row> rows = rows(layout, listing.records());
    Map<String, Seen> seen = new HashMap<>();
    rows.forEach(row -> seen.put(row.id(), seen(row)));
    List<Comment> comments = told == null ? List.of() : news(told, rows);
    return remember(listing, seen, new Poll(tasks(rows, seen), comments, true, Optional.empty()));
  }

  private Poll changes(Layout layout, Picture before)
      throws QueueException, InterruptedException, StaleLayoutException {
    List<String> watched = before.watched(turn);
    List<String> conditions = new ArrayList<>();
    conditions.add(Formula.changedAfter(before.cursor().time().minus(OVERLAP)));
    if (!watched.isEmpty()) {
      conditions.add(Formula.isAmong(watched));
    }
    Listing listing = client.list(layout, Formula.any(conditions));
    Map<String, Row> rows = new LinkedHashMap<>();
    rows(layout, listing.records()).forEach(row -> rows.put(row.id(), row));
    Map<String, Seen> seen = new HashMap<>(before.seen());
    rows.forEach((id, row) -> seen.put(id, seen(row)));
    List<Task> tasks = new ArrayList<>();
    for (String id : watched) {
      if (!rows.containsKey(id)) {
        seen.remove(id);
        tasks.add(Task.of(id, "", Standing.CLOSED).build());
      }
    }
    List<Comment> comments = news(before, rows.values().stream().toList());
    waiting(layout, before, seen).forEach(row -> rows.put(row.id(), row));
    List<Row> changed = rows.values().stream().filter(row -> differs(row, before, seen)).toList();
    tasks.addAll(tasks(changed, seen));
    return remember(listing, seen, new Poll(tasks, comments, false, Optional.empty()));
  }

  /** What waits for a record that was finished, reopened, renamed or deleted. */
  private List<Row> waiting(Layout layout, Picture before, Map<String, Seen> seen)
      throws QueueException, InterruptedException, StaleLayoutException {
    Set<String> other = new TreeSet<>();
    before
        .seen()
        .forEach((id, was) -> {
          Seen now = seen.get(id);
          if (now == null || !now.blocksAs(was)) {
            other.add(id);
          }
        });
    seen.keySet().stream().filter(id -> before.find(id).isEmpty()).forEach(other::add);
    List<String> waiting = other.isEmpty() ? List.of() : Picture.waitingFor(other, seen);
    return waiting.isEmpty()
        ? List.of()
        : rows(layout, client.list(layout, Formula.isAmong(waiting)).records());
  }

  /** Whether the core would see a difference, blockers included. */
  private static boolean differs(Row row, Picture before, Map<String, Seen> seen) {
    Optional<Seen> was = before.find(row.id());
    return was.isEmpty()
        || !was.get().print().equals(row.print())
        || !Picture.blockers(row.blockedBy(), before.seen())
            .equals(Picture.blockers(row.blockedBy(), seen));
  }

  private Seen seen(Row row) {
    return Seen.of(row, own.on(row.id()));
  }

  private static List<Row> rows(Layout layout, List<JsonNode> records)
      throws QueueException, StaleLayoutException {
    Rows reader = new Rows(layout);
    List<Row> rows = new ArrayList<>();
    for (JsonNode record : records) {
      rows.add(reader.row(record));
    }
    return rows;
  }

  private static List<Task> tasks(List<Row> rows, Map<String, Seen> seen) {
    return rows.stream()
        .map(row -> row.with(Picture.blockers(row.blockedBy(), seen)))
        .sorted(URGENCY)
        .toList();
  }

  /** Comments by others, on records that have more of them than before. */
  private List<Comment> news(Picture before, List<Row> rows)
      throws QueueException, InterruptedException {
    List<Comment> news = new ArrayList<>();
    for (Row row : rows) {
      Optional<Seen> was = before.find(row.id());
      int foreign = seen(row).foreign() - was.map(Seen::foreign).orElse(0);
      int more = row.comments() - was.map(Seen::comments).orElse(0);
      if (foreign > 0) {
        news.addAll(board.newestComments(row.id(), Math.max(foreign, more)));
      }
    }
    return news;
  }

  private Poll remember(Listing listing, Map<String, Seen> seen, Poll poll) {
    Cursor cursor = Cursor.at(listing.at().orElseGet(clock::instant), client.base().names());
    untold = new Picture(cursor, seen);
    return new Poll(poll.tasks(), poll.comments(), poll.whole(), Optional.of(cursor.toString()));
  }
}
