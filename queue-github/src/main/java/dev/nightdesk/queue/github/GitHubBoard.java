package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.TextLimit;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Board;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Marker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.kohsuke.github.GHIssue;
import org.kohsuke.github.GHIssueBuilder;
import org.kohsuke.github.GHLabel;

/** Reads and writes single issues. */
final class GitHubBoard implements Board {
  /** GitHub's own limit is 65,536 characters; 60,000 are at most 180,000 bytes. */
  static final int LONGEST_COMMENT = 60_000;

  private static final int LONGEST_TITLE = 256;
  private static final String NUMBER = "[1-9][0-9]{0,17}";

  private final GitHubClient client;
  private final GitHubPeople people;
  private final GitHubIssues issues;
  private final GitHubNames names;
  private final Duration lag;

  GitHubBoard(GitHubClient client, GitHubPeople people, Duration lag) {
    this.client = client;
    this.people = people;
    this.names = client.names();
    this.issues = new GitHubIssues(names);
    this.lag = lag;
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    Optional<JsonNode> issue = issue(id);
    return issue.isEmpty() ? Optional.empty() : Optional.of(task(issue.get()));
  }

  /** The issue as it is now; empty = there is none of this number, or it is a pull request. */
  Optional<JsonNode> issue(String id) throws QueueException, InterruptedException {
    if (!id.matches(NUMBER)) {
      return Optional.empty();
    }
    Optional<Answer> answer = client.find(names.in("issues", id).build());
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    JsonNode issue = answer.get().json();
    // A redirect is not followed, so this can only be another issue by a mistake.
    if (!GitHubIssues.number(issue).equals(id)) {
      throw QueueException.retryLater("GitHub answered with another issue than was asked for.");
    }
    return Optional.of(issue).filter(found -> !GitHubIssues.isPullRequest(found));
  }

  /** An issue as a task, with what has to come first. */
  Task task(JsonNode issue) throws QueueException, InterruptedException {
    List<Blocker> blockers = new ArrayList<>();
    if (GitHubIssues.isBlocked(issue)) {
      HttpUrl url = listing(GitHubIssues.number(issue), "dependencies", "blocked_by").build();
      for (JsonNode other : client.list(url).orElse(List.of())) {
        if (!Json.text(other, "state").equals("closed")) {
          blockers.add(issues.blocker(other));
        }
      }
    }
    return issues.task(issue, blockers);
  }

  /** Open issues of this repository that wait for this one. */
  List<JsonNode> waitingFor(String id) throws QueueException, InterruptedException {
    List<JsonNode> waiting = new ArrayList<>();
    for (JsonNode other :
        client.list(listing(id, "dependencies", "blocking").build()).orElse(List.of())) {
      Optional<JsonNode> issue = issues.isHere(other) ? issue(GitHubIssues.number(other)) : none();
      if (issue.isPresent() && issues.isOpen(issue.get())) {
        waiting.add(issue.get());
      }
    }
    return waiting;
  }

  private static Optional<JsonNode> none() {
    return Optional.empty();
  }

  private HttpUrl.Builder listing(String id, String... parts) {
    HttpUrl.Builder url = names.in("issues", id);
    for (String part : parts) {
      url.addPathSegment(part);
    }
    return url.addQueryParameter("per_page", Integer.toString(GitHubClient.PAGE));
  }

  @Override
  public List<Comment> comments(String id) throws QueueException, InterruptedException {
    return comments(id, Optional.empty());
  }

  List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    if (!id.matches(NUMBER)) {
      throw gone(id);
    }
    HttpUrl.Builder url = listing(id, "comments");
    since.ifPresent(time -> url.addQueryParameter("since", GitHubCursor.seconds(time)));
    String own = people.own();
    List<Comment> comments = new ArrayList<>();
    for (JsonNode one : client.list(url.build()).orElseThrow(() -> gone(id))) {
      Comment comment = GitHubIssues.comment(one, id, own);
      if (since.isEmpty() || !comment.createdAt().isBefore(since.get())) {
        comments.add(comment);
      }
    }
    comments.sort(Comparator.comparing(Comment::createdAt).thenComparingLong(c -> ordinal(c.id())));
    return comments;
  }

  /** Ids grow; times are whole seconds. */
  static long ordinal(String id) {
    return id.matches(NUMBER) ? Long.parseLong(id) : 0;
  }

  private static QueueException gone(String id) {
    return QueueException.gone("Issue " + id + " was deleted or moved to another repository.");
  }

  @Override
  public String write(String id, Entry entry) throws QueueException, InterruptedException {
    String body =
        switch (entry) {
          case Entry.Note note ->
              Marker.HIDDEN.sign(
                  storable(note.body()), note.key(), LONGEST_COMMENT, note.whereWhole());
          case Entry.Link link ->
              Marker.HIDDEN.sign(
                  "[%s](<%s>)"
                      .formatted(link.title().replaceAll("[\\[\\]\\r\\n]", " "), link.target()),
                  link.key(),
                  LONGEST_COMMENT,
                  "");
          case Entry.Move move -> throw new IllegalArgumentException("a move is no comment");
        };
    GitHubLibrary library = client.library();
    return sure(
        library.call(
            github -> library.issue(id).comment(body).getId(), answer -> unwritten(id, answer)));
  }

  /** The number of what was made; the library takes 0 for one that is not there. */
  private static String sure(long number) throws QueueException {
    if (number < 1) {
      throw QueueException.retryLater("GitHub did not say what it made of a request.");
    }
    return Long.toString(number);
  }

  private QueueException unwritten(String id, Answer answer)
      throws QueueException, InterruptedException {
    boolean locked =
        answer.status() == 403 && answer.body().toLowerCase(Locale.ROOT).contains("locked");
    return locked
        ? QueueException.gone(
            "The conversation of issue %s is locked for the token's user.".formatted(id))
        : refused(id, answer);
  }

  /** Without what JSON or GitHub's database cannot hold: nul, and halves of characters. */
  private static String storable(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  @Override
  public void move(String id, Standing to) throws QueueException, InterruptedException {
    List<String> labels = GitHubIssues.labels(issue(id).orElseThrow(() -> gone(id)));
    Optional<String> mark = Optional.ofNullable(names.marks().get(to));
    if (mark.isPresent() && !GitHubNames.has(labels, mark.get())) {
      add(id, mark.get());
    }
    for (String label : labels) {
      if (names.isMark(label) && mark.filter(label::equalsIgnoreCase).isEmpty()) {
        remove(id, label);
      }
    }
  }

  private void add(String id, String label) throws QueueException, InterruptedException {
    GitHubLibrary library = client.library();
    List<GHLabel> now =
        library.call(github -> library.issue(id).addLabels(label), answer -> refused(id, answer));
    check(GitHubNames.has(GitHubIssues.names(now), label));
  }

  /** Not by the library, which would take a slash in the name for one of the path. */
  private void remove(String id, String label) throws QueueException, InterruptedException {
    Answer answer = client.delete(names.in("issues", id, "labels", label).build());
    if (answer.status() == 404) {
      // Somebody was faster, or the issue is gone, which the next look at it shows.
      return;
    }
    if (!answer.isGood()) {
      throw refused(id, answer);
    }
    check(!GitHubNames.has(GitHubIssues.labelNames(answer.json()), label));
  }

  /** Without the right to it, GitHub drops a change of labels and says that all is well. */
  private void check(boolean changed) throws QueueException {
    if (!changed) {
      throw QueueException.fixSettings(
          "GitHub dropped a change of labels: the token's user needs the role Triage, or Write, in "
              + names.called()
              + ".");
    }
  }

  /** A missing right looks like a missing issue; whether it is there tells them apart. */
  private QueueException refused(String id, Answer answer)
      throws QueueException, InterruptedException {
    if (!GitHubFaults.isMissing(answer)) {
      return GitHubFaults.refused(answer, names);
    }
    return issue(id).isEmpty()
        ? gone(id)
        : QueueException.fixSettings(
            "The token may read the issues of %s, but not write them: give it the permission"
                    .formatted(names.called())
                + " Issues: Read and write.");
  }

  @Override
  public Duration lag() {
    return lag;
  }

  /** Opens an issue. */
  String add(NewTask task) throws QueueException, InterruptedException {
    List<String> labels = new ArrayList<>(task.labels());
    names.label().ifPresent(labels::add);
    GitHubIssues.priorityLabel(task.priority()).ifPresent(labels::add);
    String title = TextLimit.toCharacters(storable(task.title()), LONGEST_TITLE, "…");
    boolean cut = task.title().length() > LONGEST_TITLE;
    String text = cut ? task.title() + "\n\n" + task.description() : task.description();
    String body = TextLimit.toCharacters(storable(text), LONGEST_COMMENT, "…");
    GitHubLibrary library = client.library();
    GHIssue issue =
        library.call(
            github -> {
              GHIssueBuilder draft = library.repository().createIssue(title).body(body);
              labels.forEach(draft::label);
              return draft.create();
            },
            answer -> GitHubFaults.refused(answer, names));
    List<String> given = GitHubIssues.names(issue.getLabels());
    check(labels.stream().allMatch(label -> GitHubNames.has(given, label)));
    return sure(issue.getNumber());
  }
}
