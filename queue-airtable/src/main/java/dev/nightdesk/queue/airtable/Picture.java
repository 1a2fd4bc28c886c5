package dev.nightdesk.queue.airtable;

import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is known of the table after a poll, so that later ones need only ask what changed.
 *
 * @param cursor the poll's
 * @param listed when every open record was last asked for
 * @param seen every open record, and what was closed since
 */
record Picture(Cursor cursor, Instant listed, Map<String, Seen> seen) {
  /** How many records are looked at in each poll whether they changed or not: less than a page. */
  static final int WATCHED = 90;

  /** So many of them are ready ones, at least. */
  private static final int READY_ONES = 10;

  private static final Set<Standing> ENDED =
      Set.of(Standing.REVIEW, Standing.FAILED, Standing.HELD);

  Picture {
    seen = Map.copyOf(seen);
  }

  /**
   * A record as it was.
   *
   * @param foreign how many of its comments this process did not write
   */
  record Seen(Row row, int foreign) {
    boolean isOpen() {
      return row.task().standing() != Standing.CLOSED;
    }

    /** It waits for a person. */
    boolean isEnded() {
      return ENDED.contains(row.task().standing());
    }
  }

  Optional<Seen> find(String id) {
    return Optional.ofNullable(seen.get(id));
  }

  /** Every task of such records. */
  List<Task> tasks(Predicate<Seen> which) {
    return seen.values().stream()
        .filter(which)
        .map(one -> one.row().with(blockers(one.row())))
        .toList();
  }

  /** Those of the linked records that are open. */
  private List<Blocker> blockers(Row row) {
    List<Blocker> open = new ArrayList<>();
    for (String id : row.blockedBy()) {
      find(id)
          .filter(Seen::isOpen)
          .ifPresent(one -> open.add(new Blocker(id, one.row().task().title())));
    }
    return open;
  }

  /** Whether somebody who was told the earlier picture would see a difference. */
  boolean differs(Seen now, Picture before) {
    Row row = now.row();
    Optional<Seen> was = before.find(row.id());
    return was.isEmpty()
        || !was.get().row().print().equals(row.print())
        || !before.blockers(row).equals(blockers(row));
  }

  /**
   * What to look at although it may not have changed, since comments and deletions are no change:
   * what is worked on, and in turns what waits for a person and what is ready.
   *
   * @param turn the number of the poll
   */
  List<String> watched(int turn) {
    List<String> watched = new ArrayList<>(ids(EnumSet.of(Standing.WORKING)));
    add(watched, ids(ENDED), turn, WATCHED - READY_ONES);
    add(watched, ids(EnumSet.of(Standing.READY)), turn, WATCHED);
    return watched.subList(0, Math.min(WATCHED, watched.size()));
  }

  private List<String> ids(Set<Standing> standings) {
    return seen.entrySet().stream()
        .filter(one -> standings.contains(one.getValue().row().task().standing()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Fills up with those whose turn it is. */
  private static void add(List<String> watched, List<String> ids, int turn, int upTo) {
    int room = Math.max(0, Math.min(upTo - watched.size(), ids.size()));
    for (int i = 0; i < room; i++) {
      watched.add(ids.get((int) (((long) turn * room + i) % ids.size())));
    }
  }
}
