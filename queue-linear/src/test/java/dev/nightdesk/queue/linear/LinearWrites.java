package dev.nightdesk.queue.linear;

import static dev.nightdesk.queue.linear.LinearStore.id;
import static dev.nightdesk.queue.linear.LinearStore.map;
import static dev.nightdesk.queue.linear.LinearStore.text;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** What the canned Linear does when it is told to change something, and a ledger of it. */
final class LinearWrites {
  private static final Pattern UUID_4 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final int LONGEST = 65_000;

  private final LinearStore store;
  private final LinearWorkspace workspace;
  private final List<String> ledger = new CopyOnWriteArrayList<>();

  LinearWrites(LinearStore store, LinearWorkspace workspace) {
    this.store = store;
    this.workspace = workspace;
  }

  /** What took effect, in its order. */
  List<String> ledger() {
    return List.copyOf(ledger);
  }

  void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Mutation",
        mutation ->
            mutation
                .dataFetcher("commentCreate", env -> comment(input(env)))
                .dataFetcher("attachmentCreate", env -> attach(input(env)))
                .dataFetcher(
                    "issueUpdate", env -> update(text(env.getArguments(), "id"), input(env)))
                .dataFetcher("issueCreate", env -> create(input(env)))
                .dataFetcher("issueLabelCreate", env -> label(input(env))));
  }

  private static Map<String, Object> input(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getArgument("input"));
  }

  private Map<String, Object> issue(String id) {
    return store.issue(id).orElseThrow(() -> Refusal.notFound("Issue"));
  }

  private static Map<String, Object> done(String name, Map<String, Object> thing) {
    return map("success", true, name, thing);
  }

  /** Linear keeps documents, not Markdown: what comes back is written anew. */
  private static String roundTrip(String markdown) {
    return markdown
        .replaceAll("<!--.*?-->", "")
        .replaceAll("[ \t]+(?=\n|$)", "")
        .replaceAll("(?<!\\w)_|_(?!\\w)", "\\\\_")
        .strip();
  }

  private Map<String, Object> comment(Map<String, Object> input) {
    Map<String, Object> issue = issue(text(input, "issueId"));
    String id = Optional.ofNullable((String) input.get("id")).orElseGet(LinearStore::id);
    String body = (String) Objects.requireNonNull(input.get("body"));
    if (!UUID_4.matcher(id).matches()) {
      throw Refusal.input("Argument Validation Error: id must be a UUID v4");
    }
    if (body.indexOf('\0') >= 0 || body.length() > LONGEST) {
      throw new Refusal("internal error", "Internal server error");
    }
    synchronized (store) {
      if (store.comment(id).isPresent()) {
        throw Refusal.input("Entity with this id exists already");
      }
      Map<String, Object> comment =
          map(
              "id",
              id,
              "issueId",
              issue.get("id"),
              "body",
              roundTrip(body),
              "createdAt",
              store.now(),
              "user",
              workspace.viewer(),
              "team",
              issue.get("team"));
      store.putComment(comment);
      ledger.add("comment " + issue.get("id"));
      return done("comment", comment);
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> attach(Map<String, Object> input) {
    Map<String, Object> issue = issue(text(input, "issueId"));
    List<Map<String, Object>> all =
        new ArrayList<>(
            (List<Map<String, Object>>) Objects.requireNonNull(issue.get("attachments")));
    Optional<Map<String, Object>> same =
        all.stream().filter(one -> text(input, "url").equals(one.get("url"))).findFirst();
    if (same.isPresent()) {
      return done("attachment", same.get());
    }
    Map<String, Object> made = map("id", id(), "url", text(input, "url"));
    all.add(made);
    store.change(text(issue, "id"), fields -> fields.put("attachments", all));
    ledger.add("attachment " + issue.get("id"));
    return done("attachment", made);
  }

  private Map<String, Object> update(String id, Map<String, Object> input) {
    synchronized (store) {
      Map<String, Object> issue = issue(id);
      List<Map<String, Object>> labels = LinearWorkspace.labelsOf(issue);
      for (Object gone : list(input, "removedLabelIds")) {
        if (!labels.removeIf(label -> gone.equals(label.get("id")))) {
          throw Refusal.input("The issue does not have that label");
        }
      }
      for (Object added : list(input, "addedLabelIds")) {
        Map<String, Object> label = labelById(added);
        if (!labels.contains(label)) {
          labels.add(label);
        }
      }
      Object state = input.get("stateId");
      Map<String, Object> next = state == null ? map() : stateById(state, issue);
      store.change(
          id,
          fields -> {
            fields.put("labels", labels);
            if (!next.isEmpty()) {
              fields.put("state", next);
            }
          });
      ledger.add("update " + id);
      return done("issue", issue(id));
    }
  }

  private static List<?> list(Map<String, Object> input, String name) {
    return input.get(name) instanceof List<?> list ? list : List.of();
  }

  private Map<String, Object> labelById(Object id) {
    Map<String, Object> label =
        store.labels().stream()
            .filter(one -> id.equals(one.get("id")))
            .findFirst()
            .orElseThrow(() -> Refusal.notFound("IssueLabel"));
    if (Boolean.TRUE.equals(label.get("isGroup"))) {
      throw Refusal.input("That label cannot be applied");
    }
    return label;
  }

  private Map<String, Object> stateById(Object id, Map<String, Object> issue) {
    return store.states().stream()
        .filter(one -> id.equals(one.get("id")))
        .filter(one -> Objects.equals(one.get("team"), issue.get("team")))
        .findFirst()
        .orElseThrow(() -> Refusal.input("The state is not one of the issue's team"));
  }

  private Map<String, Object> create(Map<String, Object> input) {
    Map<String, Object> team = workspace.team(text(input, "teamId"));
    String now = store.now();
    String id = Optional.ofNullable((String) input.get("id")).orElseGet(LinearStore::id);
    if (!UUID_4.matcher(id).matches() || store.issue(id).isPresent()) {
      throw Refusal.input("Argument Validation Error: id must be a UUID v4 that is not taken");
    }
    Map<String, Object> issue =
        map(
            "id",
            id,
            "title",
            input.get("title"),
            "description",
            input.get("description"),
            "priority",
            ((Number) input.getOrDefault("priority", 0)).doubleValue(),
            "createdAt",
            now,
            "updatedAt",
            now,
            "url",
            "https://linear.app/i/new",
            "team",
            team,
            "creator",
            workspace.viewer(),
            "attachments",
            List.of());
    issue.put("state", stateById(Objects.requireNonNull(input.get("stateId")), issue));
    issue.put("labels", list(input, "labelIds").stream().map(this::labelById).toList());
    store.projects().stream()
        .filter(one -> text(one, "id").equals(input.get("projectId")))
        .forEach(one -> issue.put("project", one));
    store.put(issue);
    ledger.add("create " + issue.get("id"));
    return done("issue", issue);
  }

  private Map<String, Object> label(Map<String, Object> input) {
    String name = (String) Objects.requireNonNull(input.get("name"));
    synchronized (store) {
      if (store.labels().stream()
          .anyMatch(one -> name.equalsIgnoreCase((String) one.get("name")))) {
        throw Refusal.input("Duplicate label name");
      }
      Map<String, Object> label =
          map(
              "id",
              id(),
              "name",
              name,
              "isGroup",
              false,
              "team",
              workspace.team(text(input, "teamId")));
      store.labels().add(label);
      ledger.add("label " + name);
      return done("issueLabel", label);
    }
  }
}
