package dev.nightdesk.worker;

import dev.nightdesk.ledger.TaskKey;
import java.util.Optional;

/** Where alerts go. Returns at once and never throws. */
@FunctionalInterface
public interface Alerts {
  /**
   * Tells a person.
   *
   * @param key the task it is about, where it is about one
   * @param text what happened and what to do, without secrets
   */
  void raise(String worker, Optional<TaskKey> key, String text);
}
