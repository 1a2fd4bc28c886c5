package dev.nightdesk.worker;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who may instruct this worker, looked up live. */
final class Trust {
  private final Authors authors;
  private final TaskQueue queue;

  Trust(Authors authors, TaskQueue queue) {
    this.authors = authors;
    this.queue = queue;
  }

  /** Why this author may not instruct the worker; empty = may. */
  Optional<String> objection(Optional<Author> author) throws QueueException, InterruptedException {
    return switch (authors) {
      case Authors.Anyone anyone -> Optional.empty();
      case Authors.Named named -> objection(author, named);
    };
  }

  /** Those comments that the agent may read: by people who may instruct it, none of ours. */
  List<Comment> trusted(List<Comment> comments) throws QueueException, InterruptedException {
    List<Comment> trusted = new ArrayList<>();
    for (Comment comment : comments) {
      if (heeds(comment)) {
        trusted.add(comment);
      }
    }
    return trusted;
  }

  /** Whether a comment counts: never one of ours, nor a bot's, unless that is named. */
  boolean heeds(Comment comment) throws QueueException, InterruptedException {
    boolean bot =
        authors instanceof Authors.Anyone && comment.author().filter(Author::bot).isPresent();
    return comment.key().isEmpty() && !bot && objection(comment.author()).isEmpty();
  }

  private Optional<String> objection(Optional<Author> author, Authors.Named named)
      throws QueueException, InterruptedException {
    if (author.isEmpty()) {
      return Optional.of("its author is not known, and WORKER_AUTHORS names who may give tasks");
    }
    Author one = author.get();
    if (named.ids().contains(one.id()) || one.login().filter(named.ids()::contains).isPresent()) {
      return Optional.empty();
    }
    if (one.bot()) {
      return Optional.of(
          "its author " + one.name() + " is a bot that WORKER_AUTHORS does not name");
    }
    if ((named.owner() && queue.belongs(one, Circle.OWNER))
        || (named.members() && queue.belongs(one, Circle.MEMBERS))) {
      return Optional.empty();
    }
    String relation = one.relation().map(word -> " (" + word + " in the queue)").orElse("");
    return Optional.of("its author " + one.name() + relation + " is not among WORKER_AUTHORS");
  }
}
