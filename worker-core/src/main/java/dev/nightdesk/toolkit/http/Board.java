package dev.nightdesk.toolkit.http;

import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The single reads and writes of a service, from which {@link Stepwise} makes claims. */
public interface Board {

  /** The task as it is now; empty = gone. */
  Optional<Task> find(String id) throws QueueException, InterruptedException;

  /** All comments on a task, oldest first; {@link Comment#key()} only where it is our own. */
  List<Comment> comments(String id) throws QueueException, InterruptedException;

  /**
   * Writes a comment, or a link where the service has links.
   *
   * @param entry a note or a link
   * @return the service's id of what was written
   */
  String write(String id, Entry entry) throws QueueException, InterruptedException;

  /**
   * Moves a task and leaves the labels that people gave. Changes nothing where it stands there
   * already; repeated after a failure, it completes what was begun.
   */
  void move(String id, Standing to) throws QueueException, InterruptedException;

  /** How long after a write the service's listings may not show it yet. */
  Duration lag();
}
