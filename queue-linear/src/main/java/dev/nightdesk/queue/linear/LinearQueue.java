package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.IDComparator;
import dev.nightdesk.queue.linear.schema.IssueCreateInput;
import dev.nightdesk.queue.linear.schema.User;
import dev.nightdesk.queue.linear.schema.UserFilter;
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
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import dev.nightdesk.toolkit.http.Stepwise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tasks as issues of a Linear team. */
final class LinearQueue implements TaskQueue {
  private final LinearNames names;
  private final LinearClient client;
  private final LinearSites sites;
  private final LinearLabels labels;
  private final LinearBoard board;
  private final Stepwise writes;
  private final LinearPolls polls;

  /** The ids of tasks that Linear may have made or not. */
  private final Map<NewTask, String> unsure = new ConcurrentHashMap<>();

  private LinearQueue(LinearNames names, LinearClient client, InstantSource clock) {
    this.names = names;
    this.client = client;
    this.sites = new LinearSites(client, names);
    this.labels = new LinearLabels(client, names);
    LinearTasks tasks = new LinearTasks(names);
    this.board = new LinearBoard(client, sites, tasks, labels);
    this.writes = new Stepwise(board);
    this.polls = new LinearPolls(client, tasks, clock);
  }

  /**
   * Opens one without asking Linear anything.
   *
   * @param limit for one call
   */
  static LinearQueue open(LinearNames names, Duration limit, Pace pace, InstantSource clock) {
    HttpApi http = new HttpApi("Linear", HttpApi.client(limit), pace);
    return new LinearQueue(names, new LinearClient(names, http, pace), clock);
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return polls.poll(sites.site(), cursor);
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return board.find(id);
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    return board.comments(id).stream()
        .filter(comment -> since.filter(comment.createdAt()::isBefore).isEmpty())
        .toList();
  }

  @Override
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    return writes.claim(id, entries);
  }

  @Override
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    return writes.deliver(id, entries);
  }

  @Override
  public boolean belongs(Author author, Circle circle) throws QueueException, InterruptedException {
    LinearSite site = sites.site();
    return switch (circle) {
      case OWNER -> author.id().equals(site.viewer());
      case MEMBERS -> LinearIds.isOne(author.id()) && isMember(author.id());
    };
  }

  /** Of the workspace, and now: no guest, no app, nobody who has left. */
  private boolean isMember(String id) throws QueueException, InterruptedException {
    UserFilter filter =
        UserFilter.builder().withId(IDComparator.builder().withEq(id).build()).build();
    var found =
        LinearClient.need(
            client.query(LinearDocuments.USER, Map.of("filter", filter)).getUsers(), "users");
    for (User user : LinearClient.page(found.getNodes(), found.getPageInfo()).nodes()) {
      if (id.equals(user.getId())) {
        return Boolean.TRUE.equals(user.getActive())
            && Boolean.FALSE.equals(user.getGuest())
            && Boolean.FALSE.equals(user.getApp());
      }
    }
    return false;
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    // The id is ours: where nobody knows whether Linear made it, it is looked for, or asked for
    // again.
    IssueCreateInput.Builder input = input(task);
    String id = Optional.ofNullable(unsure.remove(task)).orElseGet(LinearIds::fresh);
    try {
      var payload =
          LinearClient.need(
              client.change(LinearDocuments.ADD, input.withId(id).build()).getIssueCreate(),
              "the issue");
      LinearBoard.succeeded(payload.getSuccess());
    } catch (QueueException failed) {
      labels.forget();
      unsure.put(task, id);
      if (client.issue(id).isEmpty()) {
        throw failed.kind() == QueueException.Kind.GONE
            ? QueueException.retryLater("Linear has lost a label: looking for it anew.")
            : failed;
      }
      unsure.remove(task);
    }
    return id;
  }

  private IssueCreateInput.Builder input(NewTask task) throws QueueException, InterruptedException {
    LinearSite site = sites.site();
    IssueCreateInput.Builder input =
        IssueCreateInput.builder()
            .withTeamId(site.team())
            .withStateId(site.states().ready().getFirst())
            .withTitle(LinearBoard.storable(task.title()))
            .withDescription(LinearBoard.storable(task.description()))
            .withPriority(LinearTasks.priority(task.priority()));
    site.project().ifPresent(input::withProjectId);
    if (!task.labels().isEmpty()) {
      input.withLabelIds(labels.idsOf(task.labels(), site));
    }
    return input;
  }

  @Override
  public List<Finding> check() throws InterruptedException {
    return new LinearCheckup(sites, labels, names).findings();
  }

  @Override
  public void close() {
    client.close();
  }
}
