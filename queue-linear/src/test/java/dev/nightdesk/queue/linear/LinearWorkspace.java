package dev.nightdesk.queue.linear;

import static dev.nightdesk.queue.linear.LinearStore.id;
import static dev.nightdesk.queue.linear.LinearStore.map;

import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Person;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A workspace with the teams ENG and OPS, and Ann, who uses Linear's own pages. */
final class LinearWorkspace implements Person {
  static final String ENG = id();
  static final String OPS = id();

  private final LinearStore store;
  private final Map<String, Object> viewer = user("Worker", false, false);
  private final Map<String, Object> ann = user("Ann", false, false);
  private final Map<String, Object> guest = user("Guest", true, false);
  private final Map<String, Object> robot = user("Robot", false, true);
  private String project = "";

  LinearWorkspace(LinearStore store) {
    this.store = store;
    store.users().addAll(List.of(viewer, ann, guest, robot));
    store.teams().add(map("id", ENG, "key", "ENG", "name", "Engineering"));
    store.teams().add(map("id", OPS, "key", "OPS", "name", "Operations"));
    for (Map<String, Object> team : store.teams()) {
      state(team, "Triage", "triage", 0);
      state(team, "Backlog", "backlog", 1);
      state(team, "Todo", "unstarted", 2);
      state(team, "In Review", "started", 4);
      state(team, "In Progress", "started", 3);
      state(team, "Done", "completed", 5);
      state(team, "Canceled", "canceled", 6);
      state(team, "Duplicate", "duplicate", 7);
    }
  }

  private static Map<String, Object> user(String name, boolean guest, boolean app) {
    return map(
        "id",
        id(),
        "name",
        name,
        "email",
        name + "@example.org",
        "active",
        true,
        "guest",
        guest,
        "app",
        app);
  }

  private void state(Map<String, Object> team, String name, String type, double position) {
    store
        .states()
        .add(map("id", id(), "name", name, "type", type, "position", position, "team", team));
  }

  Map<String, Object> viewer() {
    return viewer;
  }

  Map<String, Object> ann() {
    return ann;
  }

  Map<String, Object> guest() {
    return guest;
  }

  Map<String, Object> robot() {
    return robot;
  }

  Map<String, Object> team(String id) {
    return store.teams().stream()
        .filter(team -> id.equals(team.get("id")))
        .findFirst()
        .orElseThrow();
  }

  Map<String, Object> state(String team, String name) {
    return store.states().stream()
        .filter(state -> team(team).equals(state.get("team")) && name.equals(state.get("name")))
        .findFirst()
        .orElseThrow();
  }

  /** Adds a project, whose issues all further ones are. */
  String project(String name) {
    project = id();
    store
        .projects()
        .add(
            map(
                "id",
                project,
                "name",
                name,
                "url",
                "https://linear.app/p/" + project,
                "accessibleTeams",
                List.of(team(ENG))));
    return project;
  }

  /** Puts further issues in no project. */
  void noProject() {
    project = "";
  }

  Map<String, Object> label(String name) {
    return store.labels().stream()
        .filter(label -> name.equals(label.get("name")))
        .findFirst()
        .orElseGet(() -> {
          Map<String, Object> label =
              map("id", id(), "name", name, "isGroup", false, "team", team(ENG));
          store.labels().add(label);
          return label;
        });
  }

  @Override
  public List<String> puts(List<Draft> drafts) {
    return drafts.stream().map(draft -> put(ENG, draft)).toList();
  }

  /** Puts an issue in a team. */
  String put(String team, Draft draft) {
    String id = id();
    String now = store.now();
    Map<String, Object> issue =
        map(
            "id",
            id,
            "title",
            draft.title(),
            "description",
            draft.description(),
            "priority",
            draft.priority() == 0 ? 0.0 : 5.0 - draft.priority(),
            "url",
            "https://linear.app/i/" + id,
            "createdAt",
            now,
            "updatedAt",
            now,
            "team",
            team(team),
            "state",
            state(team, "Todo"),
            "creator",
            ann,
            "labels",
            draft.labels().stream().map(this::label).toList(),
            "attachments",
            List.of());
    draft
        .due()
        .ifPresent(
            due -> issue.put("dueDate", due.atOffset(ZoneOffset.UTC).toLocalDate().toString()));
    store.projects().stream()
        .filter(one -> project.equals(one.get("id")))
        .forEach(one -> issue.put("project", one));
    store.put(issue);
    draft.blockedBy().forEach(blocker -> relate("blocks", blocker, id));
    return id;
  }

  void relate(String type, String from, String to) {
    store.relations().add(map("type", type, "issue", from, "relatedIssue", to));
  }

  @Override
  public void closes(String id) {
    sets(id, "Done");
  }

  /** Moves an issue to a state of its team. */
  void sets(String id, String state) {
    store.change(
        id,
        issue -> {
          @SuppressWarnings("unchecked")
          Map<String, Object> team =
              (Map<String, Object>) Objects.requireNonNull(issue.get("team"));
          issue.put("state", state(LinearStore.text(team, "id"), state));
        });
  }

  @Override
  public void moves(String id, Standing to) {
    sets(
        id,
        switch (to) {
          case WORKING -> "In Progress";
          case REVIEW -> "In Review";
          default -> "Todo";
        });
    unlabels(id, "agent-held");
    unlabels(id, "agent-failed");
    if (to == Standing.HELD) {
      labels(id, "agent-held");
    } else if (to == Standing.FAILED) {
      labels(id, "agent-failed");
    }
  }

  @Override
  public void renames(String id, String title) {
    store.change(id, issue -> issue.put("title", title));
  }

  @Override
  public void labels(String id, String label) {
    store.change(
        id,
        issue -> {
          List<Map<String, Object>> labels = labelsOf(issue);
          labels.add(label(label));
          issue.put("labels", labels);
        });
  }

  void unlabels(String id, String label) {
    store.change(
        id,
        issue -> {
          List<Map<String, Object>> labels = labelsOf(issue);
          labels.removeIf(one -> label.equals(one.get("name")));
          issue.put("labels", labels);
        });
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> labelsOf(Map<String, Object> issue) {
    return new ArrayList<>((List<Map<String, Object>>) Objects.requireNonNull(issue.get("labels")));
  }

  @Override
  public void comments(String id, String text) {
    comments(id, text, map("user", ann));
  }

  /** Somebody writes a comment. */
  String comments(String id, String text, Map<String, Object> author) {
    Map<String, Object> comment = new HashMap<>(author);
    comment.putAll(
        map(
            "id",
            id(),
            "issueId",
            id,
            "body",
            text,
            "createdAt",
            store.now(),
            "team",
            store.issue(id).orElseThrow().get("team")));
    store.putComment(comment);
    return LinearStore.text(comment, "id");
  }

  @Override
  public void deletes(String id) {
    store.change(
        id,
        issue -> {
          issue.put("trashed", true);
          issue.put("archivedAt", store.now());
        });
  }
}
