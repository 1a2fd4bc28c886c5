package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.LinearClient.Page;
import dev.nightdesk.queue.linear.LinearClient.Reply;
import dev.nightdesk.queue.linear.schema.CommentFilter;
import dev.nightdesk.queue.linear.schema.Issue;
import dev.nightdesk.queue.linear.schema.IssueConnection;
import dev.nightdesk.queue.linear.schema.IssueFilter;
import dev.nightdesk.queue.linear.schema.IssueIDComparator;
import dev.nightdesk.queue.linear.schema.IssueRelation;
import dev.nightdesk.queue.linear.schema.Query;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists all open tasks, or what changed. */
final class LinearPolls {
  private final LinearClient client;
  private final LinearTasks tasks;
  private final InstantSource clock;
  private volatile Optional<Instant> heard = Optional.empty();

  LinearPolls(LinearClient client, LinearTasks tasks, InstantSource clock) {
    this.client = client;
    this.tasks = tasks;
    this.clock = clock;
  }

  Poll poll(LinearSite site, Optional<String> text) throws QueueException, InterruptedException {
    Optional<LinearCursor> cursor =
        text.flatMap(one -> LinearCursor.read(one, site, clock.instant()));
    return cursor.isPresent() ? changes(site, cursor.get()) : whole(site);
  }

  private Poll whole(LinearSite site) throws QueueException, InterruptedException {
    IssueFilter filter = LinearScope.open(site);
    Reply<Query> first =
        client.ask(
            LinearDocuments.LIST, LinearClient.variables(filter, LinearDocuments.LISTED, null));
    Instant start = first.at().orElseGet(clock::instant);
    List<Listed> all =
        LinearClient.rest(
            listed(first.data().getIssues(), site),
            after -> {
              var variables = LinearClient.variables(filter, LinearDocuments.LISTED, after);
              return listed(client.query(LinearDocuments.LIST, variables).getIssues(), site);
            });
    Map<String, Task> open = new LinkedHashMap<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Listed one : all) {
      Task task = one.task();
      if (task.standing() != Standing.CLOSED) {
        open.put(task.id(), task);
      }
      if (task.updatedAt().filter(start.minus(LinearCursor.OVERLAP)::isBefore).isPresent()) {
        seen.add(LinearCursor.print(task.id(), one.updatedAt()));
      }
    }
    LinearCursor cursor = LinearCursor.of(site, start, heard.orElse(start), seen);
    return new Poll(sorted(open), List.of(), true, Optional.of(cursor.toString()));
  }

  /** A task, and when it was changed in Linear's own words. */
  private record Listed(Task task, String updatedAt) {}

  /** An answer is many times as large as the tasks in it: only one is kept at a time. */
  private Page<Listed> listed(@Nullable IssueConnection list, LinearSite site)
      throws QueueException, InterruptedException {
    Page<Issue> page = page(list);
    List<Listed> tasks = new ArrayList<>();
    for (Issue issue : complete(page.nodes())) {
      tasks.add(
          new Listed(this.tasks.task(alone(issue), site), String.valueOf(issue.getUpdatedAt())));
    }
    return new Page<>(tasks, page.next());
  }

  private static List<Task> sorted(Map<String, Task> byId) {
    return byId.values().stream().sorted(LinearTasks.MOST_URGENT_FIRST).toList();
  }

  private Poll changes(LinearSite site, LinearCursor cursor)
      throws QueueException, InterruptedException {
    IssueFilter issueFilter =
        LinearScope.changedSince(site, cursor.issues().minus(LinearCursor.OVERLAP));
    CommentFilter commentFilter =
        LinearScope.writtenSince(site, cursor.comments().minus(LinearCursor.OVERLAP));
    Reply<Query> reply =
        client.ask(
            LinearDocuments.CHANGES,
            Map.of(
                "issues", issueFilter,
                "comments", commentFilter,
                "first", LinearDocuments.PAGE));
    Instant now = reply.at().orElseGet(clock::instant);
    List<Issue> changed =
        LinearClient.rest(
            page(reply.data().getIssues()),
            after ->
                page(
                    client
                        .query(
                            LinearDocuments.MORE_CHANGES,
                            LinearClient.variables(issueFilter, LinearDocuments.PAGE, after))
                        .getIssues()));
    Set<String> seen = new LinkedHashSet<>();
    Map<String, Task> found = changed(site, cursor, changed, seen);
    var first = LinearClient.need(reply.data().getComments(), "comments");
    List<Comment> comments =
        newComments(
            site,
            cursor,
            LinearClient.rest(
                LinearClient.page(first.getNodes(), first.getPageInfo()),
                after -> commentsAfter(commentFilter, after)),
            seen);
    heard = Optional.of(now);
    LinearCursor next = LinearCursor.of(site, now, now, seen);
    return new Poll(sorted(found), comments, false, Optional.of(next.toString()));
  }

  private Map<String, Task> changed(
      LinearSite site, LinearCursor cursor, List<Issue> listed, Set<String> seen)
      throws QueueException, InterruptedException {
    Map<String, String> fresh = new LinkedHashMap<>();
    for (Issue issue : listed) {
      String id = LinearClient.need(issue.getId(), "an issue's id");
      String print = LinearCursor.print(id, String.valueOf(issue.getUpdatedAt()));
      if (cursor.seen().contains(print)) {
        seen.add(print);
      } else {
        fresh.put(id, print);
      }
    }
    Map<String, Task> found = new HashMap<>();
    Set<String> blocked = new LinkedHashSet<>();
    for (Issue issue : details(List.copyOf(fresh.keySet()))) {
      give(issue, site, found);
      seen.add(LinearClient.need(fresh.get(issue.getId()), "what it was asked for"));
      blocked.addAll(blockedBy(issue));
    }
    blocked.removeAll(found.keySet());
    for (Issue issue : details(List.copyOf(blocked))) {
      give(issue, site, found);
    }
    return found;
  }

  private void give(Issue issue, LinearSite site, Map<String, Task> found)
      throws QueueException, InterruptedException {
    if (site.team().equals(LinearClient.need(issue.getTeam(), "an issue's team").getId())) {
      Task task = tasks.task(alone(issue), site);
      found.put(task.id(), task);
    }
  }

  private static List<String> blockedBy(Issue issue) throws QueueException {
    var relations = LinearClient.need(issue.getRelations(), "an issue's relations");
    List<String> ids = new ArrayList<>();
    for (IssueRelation relation : LinearClient.need(relations.getNodes(), "relations")) {
      if ("blocks".equals(relation.getType()) && relation.getRelatedIssue() != null) {
        ids.add(LinearClient.need(relation.getRelatedIssue().getId(), "an issue's id"));
      }
    }
    return ids;
  }

  private List<Issue> details(List<String> ids) throws QueueException, InterruptedException {
    List<Issue> issues = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += LinearDocuments.DETAILED) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + LinearDocuments.DETAILED));
      IssueFilter filter =
          IssueFilter.builder().withId(IssueIDComparator.builder().withIn(some).build()).build();
      var variables = LinearClient.variables(filter, some.size(), null);
      issues.addAll(page(client.query(LinearDocuments.DETAILS, variables).getIssues()).nodes());
    }
    return issues;
  }

  /** The same issues; those of which a list holds only a part are asked for once more. */
  private List<Issue> complete(List<Issue> listed) throws QueueException, InterruptedException {
    Map<String, Issue> issues = new LinkedHashMap<>();
    List<String> cut = new ArrayList<>();
    for (Issue issue : listed) {
      String id = LinearClient.need(issue.getId(), "an issue's id");
      issues.put(id, issue);
      if (LinearTasks.isCut(issue)) {
        cut.add(id);
      }
    }
    for (Issue issue : details(cut)) {
      issues.put(LinearClient.need(issue.getId(), "an issue's id"), issue);
    }
    return List.copyOf(issues.values());
  }

  /** The same issue, or the one that was asked for by itself where the page held only a part. */
  private Issue alone(Issue issue) throws QueueException, InterruptedException {
    return LinearTasks.isCut(issue) ? client.issue(issue.getId()).orElse(issue) : issue;
  }

  private static List<Comment> newComments(
      LinearSite site,
      LinearCursor cursor,
      List<dev.nightdesk.queue.linear.schema.Comment> listed,
      Set<String> seen)
      throws QueueException {
    List<Comment> fresh = new ArrayList<>();
    for (var one : listed) {
      Comment comment = LinearComments.comment(one, site);
      String print = LinearCursor.print(comment.id(), "");
      if (!cursor.seen().contains(print)) {
        fresh.add(comment);
      }
      seen.add(print);
    }
    return fresh;
  }

  private static Page<Issue> page(@Nullable IssueConnection list) throws QueueException {
    IssueConnection issues = LinearClient.need(list, "issues");
    return LinearClient.page(issues.getNodes(), issues.getPageInfo());
  }

  private Page<dev.nightdesk.queue.linear.schema.Comment> commentsAfter(
      CommentFilter filter, @Nullable String after) throws QueueException, InterruptedException {
    var comments =
        LinearClient.need(
            client
                .query(
                    LinearDocuments.COMMENTS,
                    LinearClient.variables(filter, LinearDocuments.PAGE, after))
                .getComments(),
            "comments");
    return LinearClient.page(comments.getNodes(), comments.getPageInfo());
  }
}
