package dev.nightdesk.queue.linear;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the canned Linear keeps. Things are maps by Linear's names of their fields; a change makes a
 * new version, so that lists can trail behind.
 */
final class LinearStore {
  private final Map<String, List<Version>> issues = new LinkedHashMap<>();
  private final Map<String, List<Version>> comments = new LinkedHashMap<>();
  private final List<Map<String, Object>> relations = new ArrayList<>();
  private final List<Map<String, Object>> labels = new ArrayList<>();
  private final List<Map<String, Object>> states = new ArrayList<>();
  private final List<Map<String, Object>> teams = new ArrayList<>();
  private final List<Map<String, Object>> projects = new ArrayList<>();
  private final List<Map<String, Object>> users = new ArrayList<>();
  private Duration trail = Duration.ZERO;
  private Instant last = Instant.EPOCH;

  /** How something was from some time on. */
  private record Version(long at, Map<String, Object> fields) {}

  static Map<String, Object> map(@Nullable Object... pairs) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        fields.put(String.valueOf(pairs[i]), value);
      }
    }
    return fields;
  }

  /** A text that is there. */
  static String text(Map<String, Object> from, String name) {
    return (String) Objects.requireNonNull(from.get(name));
  }

  static String id() {
    return UUID.randomUUID().toString();
  }

  /** No two things happen at the same time. */
  synchronized String now() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    last = now.isAfter(last) ? now : last.plusMillis(1);
    return last.toString().length() == 20 ? last.toString().replace("Z", ".000Z") : last.toString();
  }

  /** From now on lists show what was written only after so long. */
  synchronized void trail(Duration late) {
    trail = late;
  }

  List<Map<String, Object>> relations() {
    return relations;
  }

  List<Map<String, Object>> labels() {
    return labels;
  }

  List<Map<String, Object>> states() {
    return states;
  }

  List<Map<String, Object>> teams() {
    return teams;
  }

  List<Map<String, Object>> projects() {
    return projects;
  }

  List<Map<String, Object>> users() {
    return users;
  }

  synchronized Optional<Map<String, Object>> issue(String id) {
    return newest(issues, id);
  }

  synchronized Optional<Map<String, Object>> comment(String id) {
    return newest(comments, id);
  }

  private static Optional<Map<String, Object>> newest(Map<String, List<Version>> of, String id) {
    return Optional.ofNullable(of.get(id)).map(versions -> versions.getLast().fields());
  }

  /** As lists show them. */
  synchronized List<Map<String, Object>> listedIssues() {
    return listed(issues).toList();
  }

  /** As lists show them. */
  synchronized List<Map<String, Object>> listedComments() {
    return listed(comments).toList();
  }

  private Stream<Map<String, Object>> listed(Map<String, List<Version>> all) {
    long known = System.nanoTime() - trail.toNanos();
    return all.values().stream()
        .flatMap(versions ->
            versions.reversed().stream()
                .filter(version -> version.at() <= known)
                .map(Version::fields)
                .limit(1));
  }

  /** Every comment on an issue, however late. */
  synchronized List<Map<String, Object>> commentsOn(String issue) {
    return comments.values().stream()
        .map(versions -> versions.getLast().fields())
        .filter(comment -> issue.equals(comment.get("issueId")))
        .toList();
  }

  synchronized void put(Map<String, Object> issue) {
    put(issues, issue);
  }

  synchronized void putComment(Map<String, Object> comment) {
    put(comments, comment);
  }

  private void put(Map<String, List<Version>> into, Map<String, Object> fields) {
    List<Version> versions = into.computeIfAbsent(text(fields, "id"), id -> new ArrayList<>(1));
    if (trail.isZero()) {
      versions.clear();
    }
    versions.add(new Version(System.nanoTime(), fields));
  }

  /** Changes an issue as a person or a program would; it is updated now. */
  synchronized void change(String id, Consumer<Map<String, Object>> how) {
    Map<String, Object> next = new HashMap<>(issue(id).orElseThrow());
    how.accept(next);
    next.put("updatedAt", now());
    put(next);
  }

  /** Forgets an issue. */
  synchronized void remove(String id) {
    issues.remove(id);
  }

  /** What is blocked by an issue, or blocks it. */
  List<Map<String, Object>> relations(String id, String end) {
    return relations.stream().filter(relation -> id.equals(relation.get(end))).toList();
  }

  Map<String, Object> state(String name) {
    return named(states, name);
  }

  static Map<String, Object> named(List<Map<String, Object>> all, String name) {
    return all.stream().filter(one -> name.equals(one.get("name"))).findFirst().orElseThrow();
  }
}
