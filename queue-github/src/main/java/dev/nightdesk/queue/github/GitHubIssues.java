package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Marker;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kohsuke.github.GHLabel;

/** What GitHub's JSON means. Whatever must be there and is not makes the answer void. */
final class GitHubIssues {
  /** Whoever deleted their account is shown as this user. */
  private static final String NOBODY = "ghost";

  private static final Pattern ATTACHMENT =
      Pattern.compile(
          "https://(?:github\\.com/user-attachments/(?:assets|files)/"
              + "|user-images\\.githubusercontent\\.com/)[A-Za-z0-9/._%-]+");
  private static final Pattern PRIORITY =
      Pattern.compile(
          "(?:priority\\s*[:/ -]?\\s*)?(p[0-4]|urgent|critical|highest|high|medium|normal|low)");

  private final GitHubNames names;

  GitHubIssues(GitHubNames names) {
    this.names = names;
  }

  /** The number, which is a task's id. */
  static String number(JsonNode issue) throws QueueException {
    return Json.text(issue, "number");
  }

  static boolean isPullRequest(JsonNode issue) {
    return issue.hasNonNull("pull_request");
  }

  /** Whether it is open and one of this queue's. */
  boolean isOpen(JsonNode issue) throws QueueException {
    return !isPullRequest(issue) && standing(issue) != Standing.CLOSED;
  }

  Standing standing(JsonNode issue) throws QueueException {
    return switch (Json.text(issue, "state")) {
      case "open" -> names.standing(labels(issue));
      case "closed" -> Standing.CLOSED;
      default -> throw QueueException.retryLater("GitHub gave an issue an unknown state.");
    };
  }

  /** The names of the labels; in some answers a label is its name. */
  static List<String> labels(JsonNode issue) throws QueueException {
    return labelNames(Json.list(issue, "labels"));
  }

  static List<String> names(Collection<GHLabel> labels) {
    return labels.stream().map(GHLabel::getName).toList();
  }

  static List<String> labelNames(JsonNode labels) throws QueueException {
    List<String> all = new ArrayList<>();
    for (JsonNode label : labels) {
      all.add(label.isTextual() ? label.asText() : Json.text(label, "name"));
    }
    return all;
  }

  /** How many of the issues that come first are open, as far as GitHub says. */
  static boolean isBlocked(JsonNode issue) {
    return issue.path("issue_dependencies_summary").path("blocked_by").asInt() > 0;
  }

  static boolean blocks(JsonNode issue) {
    JsonNode summary = issue.path("issue_dependencies_summary");
    return summary.path("total_blocking").asInt() > 0 || summary.path("blocking").asInt() > 0;
  }

  /** Whether an issue that another one names is in this repository. */
  boolean isHere(JsonNode issue) {
    return repository(issue).equalsIgnoreCase(names.called());
  }

  private static String repository(JsonNode issue) {
    String[] parts = issue.path("repository_url").asText().split("/", -1);
    return parts.length < 2 ? "" : parts[parts.length - 2] + "/" + parts[parts.length - 1];
  }

  Blocker blocker(JsonNode issue) throws QueueException {
    String id = isHere(issue) ? number(issue) : repository(issue) + "#" + number(issue);
    return new Blocker(id, Json.find(issue, "title").orElse(id));
  }

  Task task(JsonNode issue, List<Blocker> blockers) throws QueueException {
    if (!issue.path("title").isTextual()) {
      throw QueueException.retryLater("GitHub gave an issue without a title.");
    }
    List<String> labels = labels(issue);
    String body = issue.path("body").isTextual() ? issue.path("body").asText() : "";
    return Task.of(number(issue), issue.path("title").asText(), standing(issue))
        .description(body)
        .priority(priority(issue, labels))
        .due(due(issue))
        .labels(labels.stream().filter(label -> !names.isMark(label)).toList())
        .author(author(issue))
        .blockers(blockers)
        .url(Json.find(issue, "html_url").flatMap(GitHubIssues::uri))
        .links(attachments(body))
        .createdAt(Json.time(issue, "created_at"))
        .updatedAt(Json.time(issue, "updated_at"))
        .build();
  }

  /** The same task, after it was deleted or moved away. */
  static Task gone(Task task) {
    return Task.of(task.id(), task.title(), Standing.CLOSED)
        .description(task.description())
        .author(task.author())
        .url(task.url())
        .build();
  }

  private static int priority(JsonNode issue, List<String> labels) {
    for (JsonNode field : issue.path("issue_field_values")) {
      if (field.path("issue_field_name").asText().equalsIgnoreCase("priority")) {
        String option = field.path("single_select_option").path("name").asText();
        return priority(option.isEmpty() ? field.path("value").asText() : option);
      }
    }
    return labels.stream().mapToInt(GitHubIssues::priority).max().orElse(0);
  }

  private static int priority(String word) {
    Matcher found = PRIORITY.matcher(word.strip().toLowerCase(Locale.ROOT));
    if (!found.matches()) {
      return 0;
    }
    return switch (found.group(1)) {
      case "p0", "urgent", "critical", "highest" -> 4;
      case "p1", "high" -> 3;
      case "p2", "medium", "normal" -> 2;
      default -> 1;
    };
  }

  /** The label by which a person would say it; empty for none. */
  static Optional<String> priorityLabel(int priority) {
    return switch (Math.min(priority, 4)) {
      case 4 -> Optional.of("priority: urgent");
      case 3 -> Optional.of("priority: high");
      case 2 -> Optional.of("priority: medium");
      case 1 -> Optional.of("priority: low");
      default -> Optional.empty();
    };
  }

  private static Optional<Instant> due(JsonNode issue) {
    for (JsonNode field : issue.path("issue_field_values")) {
      String name = field.path("issue_field_name").asText().toLowerCase(Locale.ROOT);
      if (field.path("data_type").asText().equals("date")
          && name.matches("due|due date|deadline|target date")) {
        return date(field.path("value").asText());
      }
    }
    return Json.time(issue.path("milestone"), "due_on");
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }

  /** Of an issue or a comment; empty where GitHub does not know, or no longer knows, who it was. */
  static Optional<Author> author(JsonNode written) {
    JsonNode user = written.path("user");
    Optional<String> id = Json.find(user, "id");
    Optional<String> login = Json.find(user, "login");
    if (id.isEmpty() || login.isEmpty() || login.get().equals(NOBODY)) {
      return Optional.empty();
    }
    boolean person = user.path("type").asText().equals("User");
    Optional<String> relation = Json.find(written, "author_association");
    return Optional.of(new Author(id.get(), login, login.get(), !person, relation));
  }

  private static List<URI> attachments(String body) {
    return ATTACHMENT
        .matcher(body)
        .results()
        .flatMap(found -> uri(found.group()).stream())
        .distinct()
        .limit(50)
        .toList();
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(URI.create(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /**
   * A comment.
   *
   * @param own the id of the token's own user
   */
  static Comment comment(JsonNode comment, String task, String own) throws QueueException {
    String body = comment.path("body").asText("");
    Optional<Author> author = author(comment);
    boolean ours = author.filter(one -> one.id().equals(own)).isPresent();
    Instant created =
        Json.time(comment, "created_at")
            .orElseThrow(() -> QueueException.retryLater("GitHub gave a comment without a time."));
    return new Comment(
        Json.text(comment, "id"),
        task,
        author,
        body,
        created,
        ours ? Marker.HIDDEN.keyIn(body) : Optional.empty());
  }
}
