package dev.nightdesk.queue.linear;

import static dev.nightdesk.queue.linear.LinearStore.map;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the canned Linear answers to queries. */
final class LinearAnswers {
  private static final int MOST = 250;

  private final LinearStore store;
  private final LinearWorkspace workspace;
  private final LinearFilters filters;

  LinearAnswers(LinearStore store, LinearWorkspace workspace) {
    this.store = store;
    this.workspace = workspace;
    this.filters = new LinearFilters(store);
  }

  void wire(RuntimeWiring.Builder wiring) {
    wiring.type(
        "Query",
        query ->
            query
                .dataFetcher("viewer", env -> workspace.viewer())
                .dataFetcher("issue", env -> issue(text(env, "id")))
                .dataFetcher("comment", env -> comment(text(env, "id")))
                .dataFetcher("issues", env -> page(env, issues(env)))
                .dataFetcher("comments", env -> page(env, store.listedComments().stream()))
                .dataFetcher("teams", env -> page(env, store.teams().stream()))
                .dataFetcher("projects", env -> page(env, store.projects().stream()))
                .dataFetcher("users", env -> page(env, store.users().stream()))
                .dataFetcher("issueLabels", env -> page(env, store.labels().stream())));
    wiring.type("Team", team -> team.dataFetcher("states", env -> page(env, statesOf(env))));
    wiring.type(
        "Issue",
        issue ->
            issue
                .dataFetcher("labels", env -> page(env, inside(env, "labels")))
                .dataFetcher("attachments", env -> page(env, inside(env, "attachments")))
                .dataFetcher("relations", env -> page(env, related(env, "issue")))
                .dataFetcher("inverseRelations", env -> page(env, related(env, "relatedIssue"))));
    wiring.type(
        "IssueRelation",
        relation ->
            relation
                .dataFetcher("issue", env -> issue(field(env, "issue")))
                .dataFetcher("relatedIssue", env -> issue(field(env, "relatedIssue"))));
  }

  private static String text(DataFetchingEnvironment env, String name) {
    return Objects.requireNonNull(env.<String>getArgument(name));
  }

  private static String field(DataFetchingEnvironment env, String name) {
    Map<String, Object> source = Objects.requireNonNull(env.getSource());
    return (String) Objects.requireNonNull(source.get(name));
  }

  /** By its id or, as Linear does too, by its identifier: the first one is ENG-1. */
  private Map<String, Object> issue(String id) {
    if (id.startsWith("ENG-")) {
      return store.listedIssues().get(Integer.parseInt(id.substring(4)) - 1);
    }
    return store.issue(id).orElseThrow(() -> Refusal.notFound("Issue"));
  }

  private Map<String, Object> comment(String id) {
    return store.comment(id).orElseThrow(() -> Refusal.notFound("Comment"));
  }

  /** Archived ones, to which trashed ones belong, are shown to who asks for them. */
  private Stream<Map<String, Object>> issues(DataFetchingEnvironment env) {
    boolean archived = Boolean.TRUE.equals(env.<Boolean>getArgument("includeArchived"));
    return store.listedIssues().stream()
        .filter(issue -> archived || issue.get("archivedAt") == null);
  }

  private Stream<Map<String, Object>> statesOf(DataFetchingEnvironment env) {
    Map<String, Object> team = Objects.requireNonNull(env.getSource());
    return store.states().stream().filter(state -> team.equals(state.get("team")));
  }

  @SuppressWarnings("unchecked")
  private static Stream<Map<String, Object>> inside(DataFetchingEnvironment env, String name) {
    Map<String, Object> source = Objects.requireNonNull(env.getSource());
    return ((List<Map<String, Object>>) Objects.requireNonNull(source.get(name))).stream();
  }

  private Stream<Map<String, Object>> related(DataFetchingEnvironment env, String end) {
    return store.relations(field(env, "id"), end).stream();
  }

  /** A cursor says after what to go on, whatever changed meanwhile. */
  private Map<String, Object> page(DataFetchingEnvironment env, Stream<Map<String, Object>> all) {
    int first = Optional.ofNullable(env.<Integer>getArgument("first")).orElse(50);
    if (first < 1 || first > MOST) {
      throw Refusal.input("Argument Validation Error: first");
    }
    Map<String, Object> filter = env.getArgument("filter");
    String after = env.getArgument("after");
    List<Placed> found =
        all.map(Placed::of)
            .filter(one -> after == null || one.place().compareTo(after) < 0)
            .filter(one -> filters.matches(filter, one.fields()))
            .sorted(Comparator.comparing(Placed::place).reversed())
            .toList();
    List<Placed> nodes = found.subList(0, Math.min(first, found.size()));
    String end = nodes.isEmpty() ? null : nodes.getLast().place();
    return map(
        "nodes",
        nodes.stream().map(Placed::fields).toList(),
        "pageInfo",
        map("hasNextPage", found.size() > first, "endCursor", end));
  }

  /** Something at its place in a list: the newest comes first. */
  private record Placed(String place, Map<String, Object> fields) {
    static Placed of(Map<String, Object> fields) {
      return new Placed(
          fields.getOrDefault("createdAt", "") + "/" + fields.getOrDefault("id", ""), fields);
    }
  }
}
