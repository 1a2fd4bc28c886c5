package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.AttachmentCreateInput;
import dev.nightdesk.queue.linear.schema.CommentCreateInput;
import dev.nightdesk.queue.linear.schema.CommentFilter;
import dev.nightdesk.queue.linear.schema.Issue;
import dev.nightdesk.queue.linear.schema.IssueIDComparator;
import dev.nightdesk.queue.linear.schema.IssueLabel;
import dev.nightdesk.queue.linear.schema.IssueUpdateInput;
import dev.nightdesk.queue.linear.schema.NullableIssueFilter;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Board;
import dev.nightdesk.toolkit.http.Marker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The single reads and writes of an issue. */
final class LinearBoard implements Board {
  /** No limit is documented; this much Linear is known to take. */
  private static final int LONGEST_COMMENT = 60_000;

  /** For so long a listing may lack what was just written. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private final LinearClient client;
  private final LinearSites sites;
  private final LinearTasks tasks;
  private final LinearLabels labels;
  private final Map<String, Written> written = new ConcurrentHashMap<>();

  /** A comment that we wrote, and when. */
  private record Written(Comment comment, long at) {
    boolean isOld() {
      return System.nanoTime() - at > LATE.toNanos();
    }
  }

  LinearBoard(LinearClient client, LinearSites sites, LinearTasks tasks, LinearLabels labels) {
    this.client = client;
    this.sites = sites;
    this.tasks = tasks;
    this.labels = labels;
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    LinearSite site = sites.site();
    Optional<Issue> issue =
        client.issue(id).filter(found -> !Boolean.TRUE.equals(found.getTrashed()));
    return issue.isEmpty() ? Optional.empty() : Optional.of(tasks.task(issue.get(), site));
  }

  @Override
  public List<Comment> comments(String id) throws QueueException, InterruptedException {
    if (!LinearIds.isOne(id)) {
      return List.of();
    }
    LinearSite site = sites.site();
    CommentFilter filter =
        CommentFilter.builder()
            .withIssue(
                NullableIssueFilter.builder()
                    .withId(IssueIDComparator.builder().withIn(List.of(id)).build())
                    .build())
            .build();
    List<Comment> all = new ArrayList<>();
    var listed =
        LinearClient.all(after -> {
          var page =
              LinearClient.need(
                  client
                      .query(
                          LinearDocuments.COMMENTS,
                          LinearClient.variables(filter, LinearDocuments.PAGE, after))
                      .getComments(),
                  "comments");
          return LinearClient.page(page.getNodes(), page.getPageInfo());
        });
    for (var one : listed) {
      all.add(LinearComments.comment(one, site));
    }
    written.values().removeIf(Written::isOld);
    for (Written late : written.values()) {
      Comment ours = late.comment();
      if (ours.taskId().equals(id) && all.stream().noneMatch(one -> one.id().equals(ours.id()))) {
        all.add(ours);
      }
    }
    all.sort(Comparator.comparing(Comment::createdAt).thenComparing(Comment::id));
    return all;
  }

  @Override
  public String write(String id, Entry entry) throws QueueException, InterruptedException {
    return switch (entry) {
      case Entry.Note note -> comment(id, note);
      case Entry.Link link -> attach(id, link);
      case Entry.Move move -> throw new IllegalArgumentException("a move is not written");
    };
  }

  /** The id is ours and always the same, so a comment that is there already is the same one. */
  private String comment(String id, Entry.Note note) throws QueueException, InterruptedException {
    String own = LinearIds.ofComment(note.key());
    CommentCreateInput input =
        CommentCreateInput.builder()
            .withId(own)
            .withIssueId(id)
            .withBody(
                Marker.VISIBLE.sign(
                    storable(note.body()), note.key(), LONGEST_COMMENT, note.whereWhole()))
            .withDoNotSubscribeToIssue(true)
            .build();
    dev.nightdesk.queue.linear.schema.Comment made;
    try {
      var payload =
          LinearClient.need(
              client.change(LinearDocuments.NOTE, input).getCommentCreate(), "the comment");
      succeeded(payload.getSuccess());
      made = LinearClient.need(payload.getComment(), "the comment");
    } catch (QueueException refused) {
      if (refused.kind() == QueueException.Kind.RETRY_LATER) {
        throw refused;
      }
      made = already(own).orElseThrow(() -> refused);
    }
    Comment comment = LinearComments.comment(made, sites.site());
    written.put(comment.id(), new Written(comment, System.nanoTime()));
    return comment.id();
  }

  /** The comment that a refused one would have been the second of. */
  private Optional<dev.nightdesk.queue.linear.schema.Comment> already(String own)
      throws QueueException, InterruptedException {
    try {
      return Optional.ofNullable(
          client.query(LinearDocuments.WRITTEN, Map.of("id", own)).getComment());
    } catch (QueueException none) {
      if (none.kind() == QueueException.Kind.GONE) {
        return Optional.empty();
      }
      throw none;
    }
  }

  /** Linear keeps one attachment for each address and issue. */
  private String attach(String id, Entry.Link link) throws QueueException, InterruptedException {
    AttachmentCreateInput input =
        AttachmentCreateInput.builder()
            .withIssueId(id)
            .withUrl(link.target().toString())
            .withTitle(storable(link.title()))
            .build();
    var payload =
        LinearClient.need(
            client.change(LinearDocuments.LINK, input).getAttachmentCreate(), "the link");
    succeeded(payload.getSuccess());
    return LinearClient.need(
        LinearClient.need(payload.getAttachment(), "the link").getId(), "the link's id");
  }

  @Override
  public void move(String id, Standing to) throws QueueException, InterruptedException {
    LinearSite site = sites.site();
    Issue now =
        client.issue(id).orElseThrow(() -> QueueException.gone("The task was deleted meanwhile."));
    Standing from = tasks.standing(now, site);
    if (from == Standing.CLOSED) {
      throw QueueException.gone("The task was closed or moved meanwhile.");
    }
    if (from == to) {
      return;
    }
    try {
      var payload =
          LinearClient.need(
              client
                  .change(LinearDocuments.MOVE, Map.of("id", id, "input", step(now, to, site)))
                  .getIssueUpdate(),
              "the issue");
      succeeded(payload.getSuccess());
    } catch (QueueException refused) {
      sites.forget();
      labels.forget();
      if (refused.kind() == QueueException.Kind.GONE && client.issue(id).isPresent()) {
        throw QueueException.retryLater("Linear has lost a label or state: looking for it anew.");
      }
      throw refused;
    }
  }

  private IssueUpdateInput step(Issue now, Standing to, LinearSite site)
      throws QueueException, InterruptedException {
    List<String> gone = new ArrayList<>();
    Optional<String> wanted = labels.nameOf(to);
    boolean labelled = false;
    for (IssueLabel label : LinearTasks.labels(now)) {
      if (wanted.filter(name -> name.equalsIgnoreCase(label.getName())).isPresent()) {
        labelled = true;
      } else if (tasks.ours(label.getName())) {
        gone.add(label.getId());
      }
    }
    IssueUpdateInput.Builder input = IssueUpdateInput.builder();
    if (!gone.isEmpty()) {
      input.withRemovedLabelIds(gone);
    }
    if (wanted.isPresent() && !labelled) {
      input.withAddedLabelIds(List.of(labels.idOf(wanted.get(), site)));
    }
    String state = now.getState().getId();
    String next = site.states().forStanding(to, state);
    if (!next.equals(state)) {
      input.withStateId(next);
    }
    return input.build();
  }

  static void succeeded(Boolean success) throws QueueException {
    if (!Boolean.TRUE.equals(success)) {
      throw QueueException.retryLater("Linear says that it did not succeed, and not why.");
    }
  }

  /** Without the characters that a text in JSON and in a database cannot have. */
  static String storable(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .map(c ->
            c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xFFFD : c)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  @Override
  public Duration lag() {
    return Duration.ZERO;
  }
}
