package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import dev.nightdesk.toolkit.http.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The issues of a {@link CannedGitHub}; guarded by it. */
final class CannedIssues {
  private static final int LONGEST_BODY = 65_536;

  private final CannedGitHub github;
  private final Map<Integer, Issue> all = new LinkedHashMap<>();
  private final Set<Issue> waiting = new LinkedHashSet<>();
  private final Map<Long, ObjectNode> comments = new LinkedHashMap<>();
  private final Map<String, String> labelNames = new TreeMap<>();
  private int numbers;
  private long commentIds = 5000;

  /** What a listing still shows of it while it trails. */
  static final class Issue {
    final ObjectNode json = Json.object();
    final Set<String> labels = new LinkedHashSet<>();
    final List<Integer> blockedBy = new ArrayList<>();
    Instant written = Instant.now();
    int gone;
  }

  CannedIssues(CannedGitHub github) {
    this.github = github;
  }

  List<JsonNode> labels() {
    List<JsonNode> list = new ArrayList<>();
    labelNames.values().forEach(name -> list.add(Json.object().put("name", name)));
    return list;
  }

  void knowsLabel(String name) {
    labelNames.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
  }

  int open(String author, String title, String body) {
    synchronized (github) {
      int number = ++numbers;
      Issue issue = new Issue();
      String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      issue.json.put("id", 90_000L + number).put("number", number).put("title", title);
      issue.json.put("body", body).put("state", "open").put("locked", false);
      issue.json.put("created_at", now).put("updated_at", now);
      issue.json.put("html_url", "https://github.com/octo/desk/issues/" + number);
      issue.json.put("repository_url", github.url() + CannedGitHub.BASE);
      issue.json.set("user", github.user(author));
      issue.json.putNull("milestone");
      all.put(number, issue);
      return number;
    }
  }

  Issue get(String number) {
    return Optional.ofNullable(all.get(Integer.parseInt(number))).orElseThrow();
  }

  void blocks(Issue issue, int other) {
    issue.blockedBy.add(other);
    waiting.add(issue);
  }

  void touch(Issue issue) {
    issue.written = Instant.now();
    issue.json.put("updated_at", issue.written.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** All of it as GitHub gives it. */
  private ObjectNode shown(Issue issue) {
    ObjectNode shown = issue.json.deepCopy();
    ArrayNode labels = shown.putArray("labels");
    issue.labels.forEach(name -> labels.addObject().put("name", name));
    shown.put("author_association", github.association(shown.path("user")));
    int number = shown.get("number").asInt();
    shown
        .putObject("issue_dependencies_summary")
        .put("blocked_by", openOnes(issue.blockedBy))
        .put("total_blocked_by", issue.blockedBy.size())
        .put("blocking", blockedBy(number).size())
        .put("total_blocking", blockedBy(number).size());
    return shown;
  }

  private long openOnes(List<Integer> numbers) {
    return numbers.stream().filter(number -> isOpen(get(Integer.toString(number)))).count();
  }

  private static boolean isOpen(Issue issue) {
    return issue.json.get("state").asText().equals("open");
  }

  private List<Issue> blockedBy(int number) {
    return waiting.stream().filter(issue -> issue.blockedBy.contains(number)).toList();
  }

  Reply answer(Request request, List<String> parts, String writer) throws IOException {
    if (parts.size() == 1) {
      return request.method().equals("GET") ? list(request) : create(request, writer);
    }
    if (parts.get(1).equals("comments")) {
      return listComments(request, comments.values().stream());
    }
    Issue issue = parts.get(1).matches("\\d{1,9}") ? all.get(Integer.parseInt(parts.get(1))) : null;
    if (issue == null) {
      return CannedGitHub.error(404, "Not Found");
    }
    if (issue.gone == 301) {
      return CannedGitHub.error(301, "Moved Permanently")
          .with("Location", github.url() + "/repositories/2/issues/1");
    }
    if (issue.gone > 0) {
      return CannedGitHub.error(issue.gone, "This issue was deleted");
    }
    if (parts.size() == 2) {
      return Reply.of(shown(issue));
    }
    return switch (parts.get(2)) {
      case "comments" -> comments(request, issue, writer);
      case "labels" -> labels(request, issue, parts.subList(3, parts.size()));
      case "dependencies" -> dependencies(request, issue, parts.get(3));
      default -> CannedGitHub.error(404, "Not Found");
    };
  }

  private Reply list(Request request) {
    String state = request.asked("state").orElse("open");
    Optional<Instant> since = request.asked("since").map(Instant::parse);
    List<String> wanted =
        request.asked("labels").map(text -> Arrays.asList(text.split(",", -1))).orElse(List.of());
    boolean descending = !request.asked("direction").orElse("desc").equals("asc");
    String by = request.asked("sort").orElse("created") + "_at";
    Comparator<Issue> order =
        Comparator.comparing((Issue one) -> one.json.get(by).asText())
            .thenComparingInt(one -> one.json.get("number").asInt());
    List<Issue> found =
        all.values().stream()
            .filter(issue -> issue.gone == 0 && github.shows(issue.written))
            .filter(issue -> state.equals("all") || isOpen(issue) == state.equals("open"))
            .filter(issue ->
                wanted.stream()
                    .allMatch(label -> issue.labels.stream().anyMatch(label::equalsIgnoreCase)))
            .filter(issue -> since.isEmpty() || !changed(issue.json).isBefore(since.get()))
            .sorted(descending ? order.reversed() : order)
            .toList();
    return github.page(request, found, this::shown);
  }

  private static Instant changed(JsonNode one) {
    return Instant.parse(one.get("updated_at").asText());
  }

  private Reply create(Request request, String writer) throws IOException {
    JsonNode asked = request.json();
    String title = asked.path("title").asText();
    if (title.isBlank()
        || title.length() > 256
        || asked.path("body").asText().length() > LONGEST_BODY) {
      return CannedGitHub.error(422, "Validation Failed");
    }
    Issue issue = get(Integer.toString(open(writer, title, asked.path("body").asText())));
    asked.path("labels").forEach(label -> label(issue, label.asText()));
    return Reply.of(201, shown(issue).toString());
  }

  void label(Issue issue, String name) {
    if (github.triage) {
      knowsLabel(name);
      issue.labels.add(labelNames.getOrDefault(name.toLowerCase(Locale.ROOT), name));
      touch(issue);
    }
  }

  private Reply labels(Request request, Issue issue, List<String> name) throws IOException {
    switch (request.method()) {
      case "POST" -> request.json().get("labels").forEach(label -> label(issue, label.asText()));
      case "DELETE" -> {
        if (name.isEmpty() || issue.labels.stream().noneMatch(name.getFirst()::equalsIgnoreCase)) {
          return CannedGitHub.error(404, "Label does not exist");
        }
        if (github.triage) {
          issue.labels.removeIf(name.getFirst()::equalsIgnoreCase);
          touch(issue);
        }
      }
      default -> {
        return CannedGitHub.error(500, "this stand-in refuses to replace labels");
      }
    }
    return Reply.of(shown(issue).get("labels"));
  }

  private Reply dependencies(Request request, Issue issue, String side) {
    List<JsonNode> others = new ArrayList<>();
    if (side.equals("blocked_by")) {
      issue.blockedBy.forEach(number -> others.add(shown(get(Integer.toString(number)))));
    } else {
      blockedBy(issue.json.get("number").asInt()).forEach(other -> others.add(shown(other)));
    }
    return github.page(request, others, one -> one);
  }

  private Reply comments(Request request, Issue issue, String writer) throws IOException {
    String url = github.url() + CannedGitHub.BASE + "/issues/" + issue.json.get("number").asText();
    if (request.method().equals("GET")) {
      return listComments(
          request,
          comments.values().stream().filter(one -> one.get("issue_url").asText().equals(url)));
    }
    if (issue.json.get("locked").asBoolean()) {
      return CannedGitHub.error(403, "Unable to create comment because issue is locked.");
    }
    String body = request.json().path("body").asText();
    if (body.isBlank() || body.length() > LONGEST_BODY || body.indexOf('\0') >= 0) {
      return CannedGitHub.error(422, "Validation Failed");
    }
    return Reply.of(201, comment(issue, writer, body).toString());
  }

  ObjectNode comment(Issue issue, String writer, String body) {
    String number = issue.json.get("number").asText();
    ObjectNode comment = Json.object();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    comment.put("id", ++commentIds).put("body", body).put("created_at", now);
    comment.put("updated_at", now).put("written", Instant.now().toString());
    comment.put("issue_url", github.url() + CannedGitHub.BASE + "/issues/" + number);
    String kind = issue.json.has("pull_request") ? "pull" : "issues";
    comment.put("html_url", "https://github.com/octo/desk/" + kind + "/" + number + "#c");
    comment.set("user", github.user(writer));
    comments.put(commentIds, comment);
    touch(issue);
    return comment;
  }

  /** Its comments were written long ago and edited just now. */
  void ages(String number) {
    synchronized (github) {
      comments.values().stream()
          .filter(one -> one.get("issue_url").asText().endsWith("/" + number))
          .forEach(one -> one.put("created_at", "2026-01-01T00:00:00Z"));
    }
  }

  private Reply listComments(Request request, Stream<ObjectNode> of) {
    Optional<Instant> since = request.asked("since").map(Instant::parse);
    boolean newestFirst = request.asked("direction").orElse("asc").equals("desc");
    Comparator<JsonNode> order = Comparator.comparingLong(one -> one.get("id").asLong());
    List<JsonNode> found =
        of.filter(one -> github.shows(Instant.parse(one.get("written").asText())))
            .filter(one -> since.isEmpty() || !changed(one).isBefore(since.get()))
            .map(one -> (JsonNode) one)
            .sorted(newestFirst ? order.reversed() : order)
            .toList();
    return github.page(request, found, one -> shown((ObjectNode) one));
  }

  private ObjectNode shown(ObjectNode comment) {
    return comment.deepCopy().put("author_association", github.association(comment.path("user")));
  }
}
