package dev.nightdesk.workertest;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Passes everything on to a queue that the test keeps; a test changes the part that it is about.
 */
class QueueInBetween implements TaskQueue {
  private final TaskQueue real;

  QueueInBetween(TaskQueue real) {
    this.real = real;
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return real.poll(cursor);
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return real.find(id);
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    return real.comments(id, since);
  }

  @Override
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    return real.claim(id, entries);
  }

  @Override
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    return real.deliver(id, entries);
  }

  @Override
  public boolean belongs(Author author, Circle circle) throws QueueException, InterruptedException {
    return real.belongs(author, circle);
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    return real.add(task);
  }
}
