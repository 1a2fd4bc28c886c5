package dev.nightdesk.queue.github;

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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tasks in the issues of a GitHub repository. Writes are single steps, each of which repeats. */
final class GitHubQueue implements TaskQueue {
  private final GitHubClient client;
  private final GitHubPeople people;
  private final GitHubBoard board;
  private final GitHubPolls polls;
  private final Stepwise steps;

  /** Listings may trail a write by {@code lag}. */
  GitHubQueue(GitHubClient client, Duration lag) {
    this.client = client;
    this.people = new GitHubPeople(client);
    this.board = new GitHubBoard(client, people, lag);
    this.polls = new GitHubPolls(client, board, people);
    this.steps = new Stepwise(board);
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return polls.poll(cursor);
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return board.find(id);
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    return board.comments(id, since);
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
    return people.belongs(author, circle);
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    return board.add(task);
  }

  @Override
  public List<Finding> check() throws InterruptedException {
    return new GitHubCheckup(client).findings();
  }

  @Override
  public void close() {
    client.close();
  }
}
