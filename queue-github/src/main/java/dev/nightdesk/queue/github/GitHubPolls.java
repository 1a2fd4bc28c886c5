package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.queue.github.GitHubClient.Page;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;

/** Lists all open issues, or what changed. */
final class GitHubPolls {
  /** GitHub's listings may trail a write by so much. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private static final int SIGHTS = 8;
  private static final int MOST_WATCHED = 20;

  private static final Comparator<Task> MOST_URGENT_FIRST =
      Comparator.comparingInt(Task::priority)
          .reversed()
          .thenComparing(task -> task.due().orElse(Instant.MAX))
          .thenComparing(task -> task.createdAt().orElse(Instant.MAX))
          .thenComparingLong(task -> GitHubBoard.ordinal(task.id()));

  private final GitHubClient client;
  private final GitHubBoard board;
  private final GitHubPeople people;
  private final GitHubIssues issues;
  private final GitHubNames names;
  private final Map<String, Sight> sights =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Sight> eldest) {
              return size() > SIGHTS;
            }
          });

  /**
   * Those being worked on, and those that stop us: who deletes or moves one leaves no trace in the
   * list of changes.
   */
  private final Map<String, Task> watched = new ConcurrentHashMap<>();

  /** Issues by their numbers, and when GitHub began to list them. */
  private record Listing(Map<String, JsonNode> issues, Instant began, boolean onePage) {}

  GitHubPolls(GitHubClient client, GitHubBoard board, GitHubPeople people) {
    this.client = client;
    this.board = board;
    this.people = people;
    this.names = client.names();
    this.issues = new GitHubIssues(names);
  }

  Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    Optional<GitHubCursor> ours = cursor.flatMap(text -> GitHubCursor.parse(text, names));
    return ours.isPresent() ? changes(ours.get()) : whole();
  }

  private Poll whole() throws QueueException, InterruptedException {
    Listing listing = open();
    Map<String, JsonNode> open = new LinkedHashMap<>(listing.issues());
    if (!listing.onePage()) {
      correct(open, listing.began());
    }
    Instant since = listing.began().minus(OVERLAP);
    Sight sight = new Sight();
    List<Task> tasks = new ArrayList<>();
    for (JsonNode issue : open.values()) {
      sight.isNew(issue);
      if (issues.isOpen(issue)) {
        tasks.add(board.task(issue));
      }
    }
    watch(tasks, true);
    return answer(tasks, List.of(), true, new GitHubCursor(since, keep(sight.since(since))));
  }

  /** All open issues with our label, and those by which a person stops us. */
  private Listing open() throws QueueException, InterruptedException {
    Listing listing = open(names.label());
    if (names.label().isPresent()) {
      listing.issues().putAll(open(Optional.of(Task.STOP_LABEL)).issues());
    }
    return listing;
  }

  private Listing open(Optional<String> with) throws QueueException, InterruptedException {
    HttpUrl.Builder url = listing(names.in("issues")).addQueryParameter("state", "open");
    with.ifPresent(label -> url.addQueryParameter("labels", label));
    url.addQueryParameter("sort", "created").addQueryParameter("direction", "asc");
    Map<String, JsonNode> all = new LinkedHashMap<>();
    Page page = client.pageOfMany(url.build());
    Instant began = page.time();
    boolean onePage = page.next().isEmpty();
    add(all, page);
    while (page.next().isPresent()) {
      page = client.pageOfMany(page.next().get());
      add(all, page);
    }
    return new Listing(all, began, onePage);
  }

  private static void add(Map<String, JsonNode> all, Page page) throws QueueException {
    for (JsonNode issue : page.items()) {
      all.put(GitHubIssues.number(issue), issue);
    }
  }

  /**
   * What is closed while pages are read pulls another issue from the page to come to one that was
   * read already: it must not look like gone, so everything is listed once more.
   */
  private void correct(Map<String, JsonNode> open, Instant began)
      throws QueueException, InterruptedException {
    if (closedSince(began).isEmpty()) {
      return;
    }
    open.putAll(open().issues());
    closedSince(began).forEach(open::remove);
  }

  private List<String> closedSince(Instant time) throws QueueException, InterruptedException {
    List<String> closed = new ArrayList<>();
    Optional<HttpUrl> next = Optional.of(changesUrl(time));
    while (next.isPresent()) {
      Page page = client.pageOfMany(next.get());
      for (JsonNode issue : page.items()) {
        if (!issues.isOpen(issue)) {
          closed.add(GitHubIssues.number(issue));
        }
      }
      next = page.next();
    }
    return closed;
  }

  private Poll changes(GitHubCursor cursor) throws QueueException, InterruptedException {
    Sight sight =
        Optional.ofNullable(sights.get(cursor.sight())).map(Sight::copy).orElseGet(Sight::new);
    Map<String, JsonNode> fresh = new LinkedHashMap<>();
    Instant now = changed(cursor.since(), sight, fresh);
    boolean recent = sight.newest().isAfter(now.minus(OVERLAP));
    List<Comment> comments =
        fresh.isEmpty() && sight.heard() && !recent ? List.of() : comments(cursor.since(), sight);
    boolean same = fresh.isEmpty() && comments.isEmpty() && sights.containsKey(cursor.sight());
    for (JsonNode issue : List.copyOf(fresh.values())) {
      if (GitHubIssues.blocks(issue)) {
        for (JsonNode waiting : board.waitingFor(GitHubIssues.number(issue))) {
          fresh.put(GitHubIssues.number(waiting), waiting);
        }
      }
    }
    List<Task> tasks = new ArrayList<>();
    for (JsonNode issue : fresh.values()) {
      if (!GitHubIssues.isPullRequest(issue)) {
        tasks.add(board.task(issue));
      }
    }
    tasks.addAll(vanished(fresh));
    watch(tasks, false);
    Instant until =
        sight.newest().equals(Instant.MIN) ? cursor.since() : sight.newest().minus(OVERLAP);
    Instant since = until.isAfter(cursor.since()) ? until : cursor.since();
    if (same) {
      sights.put(cursor.sight(), sight);
      return answer(tasks, comments, false, cursor);
    }
    return answer(tasks, comments, false, new GitHubCursor(since, keep(sight.since(since))));
  }

  /** Collects what is not known yet, newest first, so that what moves while we read is not lost. */
  private Instant changed(Instant since, Sight sight, Map<String, JsonNode> fresh)
      throws QueueException, InterruptedException {
    Page page = client.page(changesUrl(since));
    Instant now = page.time();
    while (true) {
      boolean any = false;
      for (JsonNode issue : page.items()) {
        if (sight.isNew(issue)) {
          fresh.putIfAbsent(GitHubIssues.number(issue), issue);
          any = true;
        }
      }
      if (!any || page.next().isEmpty()) {
        return now;
      }
      page = client.pageOfMany(page.next().get());
    }
  }

  private HttpUrl changesUrl(Instant since) {
    return newestFirst(listing(names.in("issues")).addQueryParameter("state", "all"), since);
  }

  private static HttpUrl.Builder listing(HttpUrl.Builder url) {
    return url.addQueryParameter("per_page", Integer.toString(GitHubClient.PAGE));
  }

  private static HttpUrl newestFirst(HttpUrl.Builder url, Instant since) {
    return url.addQueryParameter("sort", "updated")
        .addQueryParameter("direction", "desc")
        .addQueryParameter("since", GitHubCursor.seconds(since))
        .build();
  }

  private List<Comment> comments(Instant since, Sight sight)
      throws QueueException, InterruptedException {
    String own = people.own();
    List<Comment> fresh = new ArrayList<>();
    Page page = client.page(newestFirst(listing(names.in("issues", "comments")), since));
    while (true) {
      boolean any = false;
      for (JsonNode one : page.items()) {
        Comment comment = GitHubIssues.comment(one, task(one), own);
        boolean unheard = !comment.createdAt().isBefore(since) && sight.isNew(comment);
        any |= unheard;
        if (unheard && !Json.find(one, "html_url").orElse("").contains("/pull/")) {
          fresh.add(comment);
        }
      }
      if (!any || page.next().isEmpty()) {
        sight.hears();
        fresh.sort(
            Comparator.comparing(Comment::createdAt)
                .thenComparingLong(comment -> GitHubBoard.ordinal(comment.id())));
        return fresh;
      }
      page = client.pageOfMany(page.next().get());
    }
  }

  private static String task(JsonNode comment) throws QueueException {
    String url = Json.text(comment, "issue_url");
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private List<Task> vanished(Map<String, JsonNode> fresh)
      throws QueueException, InterruptedException {
    List<Task> gone = new ArrayList<>();
    for (Task task : List.copyOf(watched.values())) {
      if (!fresh.containsKey(task.id()) && board.issue(task.id()).isEmpty()) {
        gone.add(GitHubIssues.gone(task));
      }
    }
    return gone;
  }

  private void watch(List<Task> tasks, boolean all) {
    if (all) {
      watched.clear();
    }
    for (Task task : tasks) {
      if (task.standing() != Standing.WORKING && !task.stops()) {
        watched.remove(task.id());
      } else if (watched.size() < MOST_WATCHED) {
        watched.put(task.id(), task);
      }
    }
  }

  private String keep(Sight sight) {
    String name = UUID.randomUUID().toString();
    sights.put(name, sight);
    return name;
  }

  private Poll answer(
      List<Task> tasks, List<Comment> comments, boolean whole, GitHubCursor cursor) {
    tasks.sort(MOST_URGENT_FIRST);
    return new Poll(tasks, comments, whole, Optional.of(cursor.text(names)));
  }
}
