package dev.nightdesk.ledger;

import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A whole listing of ready tasks. */
final class OnePoll {
  private OnePoll() {}

  static Poll of(String... ids) {
    List<Task> tasks =
        Stream.of(ids).map(id -> Task.of(id, "Task " + id, Standing.READY).build()).toList();
    return new Poll(tasks, List.of(), true, Optional.empty());
  }
}
