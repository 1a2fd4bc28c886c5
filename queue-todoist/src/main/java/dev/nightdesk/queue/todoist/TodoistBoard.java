package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.queue.todoist.TodoistClient.Command;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Board;
import dev.nightdesk.toolkit.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Writes to tasks. A comment's key makes its command's uuid, which Todoist executes only once. */
final class TodoistBoard implements Board {
  private final TodoistClient client;
  private final TodoistReader reader;
  private final Account account;
  private final Labels labels;

  /**
   * Recurring tasks as they were found last; a comment on one says which occurrence it is about.
   */
  private final Map<String, Task> recurring = new ConcurrentHashMap<>();

  TodoistBoard(TodoistClient client, TodoistReader reader, Account account, Labels labels) {
    this.client = client;
    this.reader = reader;
    this.account = account;
    this.labels = labels;
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    Optional<Task> task = reader.find(id);
    recurring.remove(id);
    task.filter(found -> found.round().isPresent()).ifPresent(found -> recurring.put(id, found));
    return task;
  }

  @Override
  public List<Comment> comments(String id) throws QueueException, InterruptedException {
    return reader.comments(id);
  }

  @Override
  public String write(String id, Entry entry) throws QueueException, InterruptedException {
    Optional<Task> task = Optional.ofNullable(recurring.get(id));
    if (task.filter(found -> found.standing() == Standing.READY).isPresent()) {
      move(id, Standing.READY); // A mark of an earlier occurrence would become one of this.
    }
    Optional<String> made = client.run(comment(id, entry, task.flatMap(Task::round)));
    return made.isPresent() ? made.get() : written(id, entry.key());
  }

  private static Command comment(String id, Entry entry, Optional<String> round) {
    String body =
        switch (entry) {
          case Entry.Note note -> Notes.sign(note.body(), note.key(), note.whereWhole(), round);
          case Entry.Link link ->
              Notes.sign(link.title() + ": " + link.target(), link.key(), "", round);
          case Entry.Move move -> throw new IllegalArgumentException("a move is no comment");
        };
    byte[] name = ("nightdesk/" + id + "/" + entry.key()).getBytes(StandardCharsets.UTF_8);
    String uuid = UUID.nameUUIDFromBytes(name).toString();
    ObjectNode args = Json.object().put("item_id", id).put("content", body);
    return new Command("note_add", uuid, Optional.of("note-" + uuid), args);
  }

  /** Of a command that it had executed before, Todoist need not say again what it made. */
  private String written(String id, String key) throws QueueException, InterruptedException {
    return comments(id).stream()
        .filter(comment -> comment.key().filter(key::equals).isPresent())
        .map(Comment::id)
        .findFirst()
        .orElseThrow(() ->
            QueueException.retryLater("Todoist has taken a comment and does not show it yet."));
  }

  /**
   * Todoist replaces all labels at once, so they are read just before. The command has a uuid of
   * its own each time: after a lost reply other labels may be right.
   */
  @Override
  public void move(String id, Standing to) throws QueueException, InterruptedException {
    Optional<JsonNode> item = client.item(id);
    if (item.isEmpty() || !reader.isOpenHere(item.get())) {
      throw QueueException.gone("The task was closed, moved or deleted.");
    }
    List<String> before = TodoistReader.labels(item.get());
    List<String> after = labels.moved(before, to);
    if (!after.equals(before)) {
      ObjectNode args = Json.object().put("id", id);
      args.set("labels", array(after));
      String uuid = UUID.randomUUID().toString();
      client.run(new Command("item_update", uuid, Optional.empty(), args));
    }
  }

  /** Comments have uuids: none is written twice, whatever a listing shows. */
  @Override
  public Duration lag() {
    return Duration.ZERO;
  }

  String add(NewTask task) throws QueueException, InterruptedException {
    String uuid = UUID.randomUUID().toString();
    ObjectNode args =
        Json.object()
            .put("project_id", account.project())
            .put("content", TodoistClient.storable(task.title()))
            .put("description", TodoistClient.storable(task.description()))
            .put("priority", Math.clamp(task.priority(), 0, 3) + 1);
    args.set("labels", array(task.labels()));
    return client
        .run(new Command("item_add", uuid, Optional.of("item-" + uuid), args))
        .orElseThrow(
            () -> QueueException.retryLater("Todoist took the task and does not say its id."));
  }

  private static ArrayNode array(List<String> texts) {
    ArrayNode array = Json.array();
    texts.forEach(array::add);
    return array;
  }
}
