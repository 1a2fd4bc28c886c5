package dev.nightdesk.queue.todoist;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.toolkit.http.Stepwise;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tasks in a Todoist project. */
final class TodoistQueue implements TaskQueue {
  private final TodoistClient client;
  private final Account account;
  private final Labels labels;
  private final TodoistReader reader;
  private final TodoistPolls polls;
  private final TodoistBoard board;
  private final Stepwise steps;

  /** The project's name or id as the user set it. */
  TodoistQueue(TodoistClient client, String project, Labels labels) {
    this.client = client;
    this.account = new Account(client, project);
    this.labels = labels;
    this.reader = new TodoistReader(client, account, labels);
    this.polls = new TodoistPolls(client, account, reader);
    this.board = new TodoistBoard(client, reader, account, labels);
    this.steps = new Stepwise(board);
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return polls.poll(cursor);
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return reader.find(id);
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    Instant from = since.orElse(Instant.MIN);
    return reader.comments(id).stream()
        .filter(comment -> !comment.createdAt().isBefore(from))
        .toList();
  }

  @Override
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    return steps.claim(id, entries);
  }

  @Override
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    return steps.deliver(id, entries);
  }

  @Override
  public boolean belongs(Author author, Circle circle) throws QueueException, InterruptedException {
    return switch (circle) {
      case OWNER -> author.id().equals(account.me().id());
      case MEMBERS -> account.isMember(author.id());
    };
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    return board.add(task);
  }

  @Override
  public List<Finding> check() throws InterruptedException {
    return new Checkup(client, account, labels).findings();
  }

  @Override
  public void close() {
    client.close();
  }
}
