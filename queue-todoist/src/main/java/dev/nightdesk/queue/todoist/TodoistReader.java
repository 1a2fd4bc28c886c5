package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.queue.todoist.TodoistClient.Changes;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads tasks and comments. */
final class TodoistReader {
  private static final Comparator<Comment> OLDEST_FIRST = Comparator.comparing(Comment::createdAt);

  private final TodoistClient client;
  private final Account account;
  private final Labels labels;

  TodoistReader(TodoistClient client, Account account, Labels labels) {
    this.client = client;
    this.account = account;
    this.labels = labels;
  }

  /** The task as it is now; empty = deleted, or out of reach. */
  Optional<Task> find(String id) throws QueueException, InterruptedException {
    Optional<JsonNode> item = client.item(id);
    return item.isEmpty() || item.get().path("is_deleted").asBoolean()
        ? Optional.empty()
        : Optional.of(task(item.get()));
  }

  /** An item as a task, with what blocks it. */
  Task task(JsonNode item) throws QueueException, InterruptedException {
    Standing standing = standing(item);
    return standing == Standing.READY
        ? task(item, standing, blockers(children(Json.text(item, "id"))))
        : task(item, standing, List.of());
  }

  /** An item as a task, where its open sub-tasks are known. */
  Task task(JsonNode item, List<JsonNode> children) throws QueueException, InterruptedException {
    Standing standing = standing(item);
    return task(item, standing, standing == Standing.READY ? blockers(children) : List.of());
  }

  private Task task(JsonNode item, Standing standing, List<Blocker> blockers)
      throws QueueException, InterruptedException {
    String id = Json.text(item, "id");
    return Task.of(id, item.path("content").asText(""), standing)
        .description(item.path("description").asText(""))
        .priority(Math.clamp(item.path("priority").asInt(1) - 1, 0, 3))
        .due(Due.of(item))
        .labels(labels.peoples(labels(item)))
        .author(account.author(item, "added_by_uid"))
        .blockers(blockers)
        .url(Optional.of(URI.create("https://app.todoist.com/app/task/" + id)))
        .round(Due.round(item))
        .createdAt(Json.time(item, "added_at"))
        .updatedAt(Json.time(item, "updated_at"))
        .build();
  }

  /** Only a task that waits for a worker is blocked by anything. */
  private List<JsonNode> children(String id) throws QueueException, InterruptedException {
    return client.list("tasks", Map.of("parent_id", id));
  }

  private List<Blocker> blockers(List<JsonNode> children)
      throws QueueException, InterruptedException {
    List<Blocker> blockers = new ArrayList<>();
    for (JsonNode child : children) {
      if (isOpenHere(child)) {
        String id = Json.text(child, "id");
        blockers.add(new Blocker(id, Json.find(child, "content").orElse(id)));
      }
    }
    return blockers;
  }

  /** Whether it is an open task of this project. */
  boolean isOpenHere(JsonNode item) throws QueueException, InterruptedException {
    return !item.path("checked").asBoolean()
        && !item.path("is_deleted").asBoolean()
        && Json.text(item, "project_id").equals(account.project());
  }

  /** Where it stands, marks of an earlier occurrence aside. */
  Standing standing(JsonNode item) throws QueueException, InterruptedException {
    if (!isOpenHere(item)) {
      return Standing.CLOSED;
    }
    Standing marked = labels.standing(labels(item));
    boolean old = marked != Standing.READY && isMarkedForAnotherRound(item);
    return old ? Standing.READY : marked;
  }

  /**
   * When a person completes a recurring task, Todoist gives it a new date and leaves it open with
   * all its labels. What the last of our comments was about says whose mark it is.
   */
  private boolean isMarkedForAnotherRound(JsonNode item)
      throws QueueException, InterruptedException {
    Optional<String> round = Due.round(item);
    if (round.isEmpty()) {
      return false;
    }
    Optional<Comment> last = Optional.empty();
    for (Comment comment : comments(Json.text(item, "id"))) {
      last = comment.key().isPresent() ? Optional.of(comment) : last;
    }
    return last.flatMap(Notes::round).filter(other -> !other.equals(round.get())).isPresent();
  }

  static List<String> labels(JsonNode item) throws QueueException {
    List<String> names = new ArrayList<>();
    Json.list(item, "labels").forEach(label -> names.add(label.asText()));
    return names;
  }

  /** All comments on a task, oldest first. */
  List<Comment> comments(String id) throws QueueException, InterruptedException {
    List<Comment> comments = new ArrayList<>();
    for (JsonNode note : client.comments(id)) {
      if (!note.path("is_deleted").asBoolean()) {
        comments.add(Notes.read(note, id, account));
      }
    }
    comments.sort(OLDEST_FIRST);
    return comments;
  }

  /** New comments on any task. */
  List<Comment> comments(Changes changes) throws QueueException, InterruptedException {
    List<Comment> comments = new ArrayList<>();
    for (JsonNode note : changes.notes()) {
      Optional<String> task = Json.find(note, "item_id");
      if (task.isPresent() && !note.path("is_deleted").asBoolean()) {
        comments.add(Notes.read(note, task.get(), account));
      }
    }
    comments.sort(OLDEST_FIRST);
    return comments;
  }
}
