package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.queue.todoist.TodoistClient.Changes;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks what changed, or for everything. */
final class TodoistPolls {
  /** Where more tasks than that need a look of their own, the whole list is cheaper. */
  private static final int FEW = 20;

  private static final Comparator<Task> URGENT_FIRST =
      Comparator.comparingInt(Task::priority)
          .reversed()
          .thenComparing(task -> task.due().orElse(Instant.MAX))
          .thenComparing(task -> task.createdAt().orElse(Instant.MAX));

  private final TodoistClient client;
  private final Account account;
  private final TodoistReader reader;

  /** How far this queue has heard, so that a whole listing loses no comment in between. */
  private volatile Optional<String> heard = Optional.empty();

  TodoistPolls(TodoistClient client, Account account, TodoistReader reader) {
    this.client = client;
    this.account = account;
    this.reader = reader;
  }

  Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    String own = account.project() + ":";
    Optional<String> since =
        cursor.filter(text -> text.startsWith(own)).map(text -> text.substring(own.length()));
    Optional<Changes> changes = Optional.empty();
    if (since.isPresent()) {
      changes = client.changes(since.get());
    }
    if (changes.isEmpty() || changes.get().full()) {
      return whole();
    }
    Optional<List<Task>> changed = changed(changes.get());
    if (changed.isEmpty()) {
      heard = since;
      return whole();
    }
    return poll(changed.get(), changes.get(), false);
  }

  private Poll poll(List<Task> tasks, Changes changes, boolean whole)
      throws QueueException, InterruptedException {
    tasks.sort(URGENT_FIRST);
    Poll poll =
        new Poll(
            tasks,
            changes.full() ? List.of() : reader.comments(changes),
            whole,
            Optional.of(account.project() + ":" + changes.token()));
    heard = Optional.of(changes.token());
    return poll;
  }

  /** What changed, with the parents of what changed; empty where that is too much. */
  private Optional<List<Task>> changed(Changes changes)
      throws QueueException, InterruptedException {
    Map<String, JsonNode> items = byId(changes.items());
    Set<String> parents = new LinkedHashSet<>();
    int open = 0;
    for (JsonNode item : items.values()) {
      open += reader.isOpenHere(item) ? 1 : 0;
      if (Json.text(item, "project_id").equals(account.project())) {
        Json.find(item, "parent_id").filter(id -> !items.containsKey(id)).ifPresent(parents::add);
      }
    }
    if (open + parents.size() > FEW) {
      return Optional.empty();
    }
    List<Task> tasks = new ArrayList<>();
    for (JsonNode item : items.values()) {
      tasks.add(reader.task(item));
    }
    for (String parent : parents) {
      reader.find(parent).ifPresent(tasks::add);
    }
    return Optional.of(tasks);
  }

  /**
   * All open tasks. What is changed while the pages are read may drop out between two of them, so
   * then they are read twice; what changes after that is told by the next poll.
   */
  private Poll whole() throws QueueException, InterruptedException {
    Optional<Changes> during = Optional.empty();
    Map<String, JsonNode> open = Map.of();
    if (heard.isPresent()) {
      open = listed();
      during = client.changes(heard.get());
    }
    if (during.isEmpty() || during.get().full()) {
      during = Optional.of(fresh());
      open = listed();
      during = client.changes(during.get().token());
    }
    Changes changes =
        during
            .filter(found -> !found.full())
            .orElseThrow(() ->
                QueueException.retryLater("Todoist does not say what changed while it was asked."));
    Map<String, JsonNode> changed = byId(changes.items());
    boolean moved = false;
    for (JsonNode item : changed.values()) {
      moved |= Json.text(item, "project_id").equals(account.project());
    }
    boolean paged = open.size() > TodoistClient.PAGE / 2;
    open.putAll(changed);
    if (moved && paged) {
      open.putAll(listed());
    }
    return poll(tasks(open), changes, true);
  }

  /** A place from which Todoist tells changes of tasks and comments. */
  private Changes fresh() throws QueueException, InterruptedException {
    return client
        .changes(client.newToken())
        .orElseThrow(
            () -> QueueException.retryLater("Todoist refuses the place that it has just given."));
  }

  private Map<String, JsonNode> listed() throws QueueException, InterruptedException {
    return byId(client.list("tasks", Map.of("project_id", account.project())));
  }

  /** A row that comes twice counts once. */
  private static Map<String, JsonNode> byId(List<JsonNode> items) throws QueueException {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    for (JsonNode item : items) {
      byId.put(Json.text(item, "id"), item);
    }
    return byId;
  }

  private List<Task> tasks(Map<String, JsonNode> items)
      throws QueueException, InterruptedException {
    Map<String, List<JsonNode>> children = new HashMap<>();
    List<JsonNode> open = new ArrayList<>();
    for (JsonNode item : items.values()) {
      if (reader.isOpenHere(item)) {
        open.add(item);
        Json.find(item, "parent_id")
            .ifPresent(id -> children.computeIfAbsent(id, none -> new ArrayList<>()).add(item));
      }
    }
    List<Task> tasks = new ArrayList<>();
    for (JsonNode item : open) {
      tasks.add(reader.task(item, children.getOrDefault(Json.text(item, "id"), List.of())));
    }
    return tasks;
  }
}
