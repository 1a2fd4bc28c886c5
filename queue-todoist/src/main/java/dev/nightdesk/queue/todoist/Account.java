package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Who and what the token and the settings stand for. For any thread. */
final class Account {
  /**
   * Each look at the collaborators is one of 100 large answers that Todoist gives in 15 minutes.
   */
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final TodoistClient client;
  private final String named;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Author> me = Optional.empty();
  private Optional<String> project = Optional.empty();
  private Set<String> members = Set.of();
  private long membersUntil = System.nanoTime();

  /** The project's name or id as the user set it. */
  Account(TodoistClient client, String named) {
    this.client = client;
    this.named = named;
  }

  /** The token's user; another token is another queue. */
  Author me() throws QueueException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (me.isEmpty()) {
        JsonNode user = client.user();
        String id = Json.text(user, "id");
        me = Optional.of(author(id, Json.find(user, "full_name").orElse(called(id))));
      }
      return me.get();
    } finally {
      lock.unlock();
    }
  }

  /** Somebody whose id a field holds. */
  Optional<Author> author(JsonNode from, String field) throws QueueException, InterruptedException {
    Author self = me();
    return Json.find(from, field).map(id -> id.equals(self.id()) ? self : author(id, called(id)));
  }

  private static Author author(String id, String name) {
    return new Author(id, Optional.empty(), name, false);
  }

  private static String called(String id) {
    return "Todoist user " + id;
  }

  /** The project's id. */
  String project() throws QueueException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (project.isEmpty()) {
        project = Optional.of(look());
      }
      return project.get();
    } finally {
      lock.unlock();
    }
  }

  private String look() throws QueueException, InterruptedException {
    List<JsonNode> all = client.list("projects", Map.of());
    Set<String> ids = new HashSet<>();
    for (JsonNode one : all) {
      String id = Json.text(one, "id");
      if (id.equals(named)) {
        return id;
      }
      if (one.path("name").asText().equals(named) && !one.path("is_archived").asBoolean()) {
        ids.add(id);
      }
    }
    if (ids.isEmpty()) {
      throw QueueException.fixSettings(
          "There is no Todoist project '%s' that the token's user can see. Set TODOIST_PROJECT to"
                  .formatted(named)
              + " the name or id of one that there is"
              + some(all)
              + ".");
    }
    if (ids.size() > 1) {
      throw QueueException.fixSettings(
          "Todoist has %d projects named '%s'. Set TODOIST_PROJECT to the id of the one you mean: %s."
              .formatted(
                  ids.size(), named, ids.stream().sorted().collect(Collectors.joining(", "))));
    }
    return ids.iterator().next();
  }

  private static String some(List<JsonNode> projects) {
    String names =
        projects.stream()
            .map(project -> project.path("name").asText())
            .filter(name -> !name.isEmpty())
            .limit(5)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : ", such as " + names;
  }

  /** Whether somebody works in the project with the token's user. */
  boolean isMember(String user) throws QueueException, InterruptedException {
    String here = project();
    if (user.equals(me().id())) {
      return true;
    }
    lock.lockInterruptibly();
    try {
      if (System.nanoTime() - membersUntil >= 0) {
        members = collaborators(here);
        membersUntil = System.nanoTime() + FRESH.toNanos();
      }
      return members.contains(user);
    } finally {
      lock.unlock();
    }
  }

  private Set<String> collaborators(String here) throws QueueException, InterruptedException {
    Set<String> ids = new HashSet<>();
    for (JsonNode state : client.everything("collaborator_states")) {
      boolean active =
          state.path("state").asText().equals("active") && !state.path("is_deleted").asBoolean();
      if (active && Json.find(state, "project_id").filter(here::equals).isPresent()) {
        Json.find(state, "user_id").ifPresent(ids::add);
      }
    }
    return ids;
  }
}
