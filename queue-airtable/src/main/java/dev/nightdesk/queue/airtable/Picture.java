package dev.nightdesk.queue.airtable;

import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a poll knew when it was done. A later poll says only what differs from it.
 *
 * @param cursor the poll's
 * @param seen every open record, and what was closed since the last whole listing
 */
record Picture(Cursor cursor, Map<String, Seen> seen) {
  /** How many records are looked at in each poll whether they changed or not: less than a page. */
  static final int WATCHED = 90;

  Picture {
    seen = Map.copyOf(seen);
  }

  /**
   * A record as it was.
   *
   * @param comments how many it had
   * @param foreign how many of them this process did not write
   */
  record Seen(
      Standing standing,
      String title,
      List<String> blockedBy,
      UUID print,
      int comments,
      int foreign) {
    Seen {
      blockedBy = List.copyOf(blockedBy);
    }

    static Seen of(Row row, int own) {
      return new Seen(
          row.task().standing(),
          row.task().title(),
          row.blockedBy(),
          row.print(),
          row.comments(),
          row.comments() - own);
    }

    /** Whether those who wait for the record would notice a difference. */
    boolean blocksAs(Seen other) {
      return (standing == Standing.CLOSED) == (other.standing == Standing.CLOSED)
          && title.equals(other.title);
    }
  }

  Optional<Seen> find(String id) {
    return Optional.ofNullable(seen.get(id));
  }

  /** Those of the linked records that are open. */
  static List<Blocker> blockers(List<String> ids, Map<String, Seen> among) {
    List<Blocker> open = new ArrayList<>();
    for (String id : ids) {
      Seen one = among.get(id);
      if (one != null && one.standing() != Standing.CLOSED) {
        open.add(new Blocker(id, one.title()));
      }
    }
    return open;
  }

  /** The open records that wait for one of these. */
  static List<String> waitingFor(Collection<String> ids, Map<String, Seen> among) {
    List<String> waiting = new ArrayList<>();
    among.forEach((id, one) -> {
      if (one.standing() != Standing.CLOSED && one.blockedBy().stream().anyMatch(ids::contains)) {
        waiting.add(id);
      }
    });
    return waiting;
  }

  /**
   * What to look at although it may not have changed, since comments are no change: what is worked
   * on, then in turns what waits for a person, and what is ready only where there is little of it.
   *
   * @param turn the number of the poll
   */
  List<String> watched(int turn) {
    List<String> watched = new ArrayList<>();
    List<String> ended = new ArrayList<>();
    List<String> ready = new ArrayList<>();
    seen.forEach((id, one) -> {
      switch (one.standing()) {
        case WORKING -> watched.add(id);
        case REVIEW, FAILED, HELD -> ended.add(id);
        case READY -> ready.add(id);
        case CLOSED -> {}
      }
    });
    ended.sort(null);
    int room = Math.max(0, WATCHED - watched.size());
    for (int i = 0; i < Math.min(room, ended.size()); i++) {
      watched.add(ended.get((int) (((long) turn * room + i) % ended.size())));
    }
    if (watched.size() + ready.size() <= WATCHED) {
      watched.addAll(ready);
    }
    return watched.subList(0, Math.min(WATCHED, watched.size()));
  }
}
