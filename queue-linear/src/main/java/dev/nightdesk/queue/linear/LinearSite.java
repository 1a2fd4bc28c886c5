package dev.nightdesk.queue.linear;

import dev.nightdesk.spi.Standing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where tasks live, by Linear's own ids, which stay when somebody renames things.
 *
 * @param viewer the id of the user whose key it is
 * @param app whether that user is an app
 * @param team the team's id
 * @param project the project's id, where there is one
 * @param states those that mean something to us
 */
record LinearSite(
    String viewer, boolean app, String team, Optional<String> project, States states) {

  /**
   * The ids of the team's states.
   *
   * @param ready where tasks are taken from; the first is where they go back to
   */
  record States(List<String> ready, String working, String review) {
    States {
      ready = List.copyOf(ready);
    }

    /** All of them. */
    List<String> all() {
      return Stream.concat(ready.stream(), Stream.of(working, review)).toList();
    }

    /** The state in which a task stands so, beside its labels; it stays where that one will do. */
    String forStanding(Standing to, String now) {
      return switch (to) {
        case WORKING -> working;
        case REVIEW -> review;
        default -> ready.contains(now) ? now : ready.getFirst();
      };
    }

    /** What a state means, before labels are looked at. */
    Standing standing(String state) {
      if (state.equals(working)) {
        return Standing.WORKING;
      }
      if (state.equals(review)) {
        return Standing.REVIEW;
      }
      return ready.contains(state) ? Standing.READY : Standing.CLOSED;
    }
  }

  /** Changes when a cursor can no longer be continued. */
  String print() {
    return Integer.toHexString((team + project + states).hashCode());
  }
}
