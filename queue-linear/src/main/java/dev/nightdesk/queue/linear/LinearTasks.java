package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.Attachment;
import dev.nightdesk.queue.linear.schema.Issue;
import dev.nightdesk.queue.linear.schema.IssueLabel;
import dev.nightdesk.queue.linear.schema.IssueRelation;
import dev.nightdesk.queue.linear.schema.PageInfo;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues as tasks. */
final class LinearTasks {
  /** Where work on an issue has ended, whatever a team calls it. */
  private static final Set<String> ENDED = Set.of("completed", "canceled", "duplicate");

  private static final int LEAST_URGENT = 4;

  /** Linear's own order of urgency; the same for all tools that read from it. */
  static final Comparator<Task> MOST_URGENT_FIRST =
      Comparator.comparing(Task::priority, Comparator.reverseOrder())
          .thenComparing(task -> task.due().orElse(Instant.MAX))
          .thenComparing(task -> task.createdAt().orElse(Instant.MAX))
          .thenComparing(Task::id);

  private final LinearNames names;

  LinearTasks(LinearNames names) {
    this.names = names;
  }

  Task task(Issue from, LinearSite site) throws QueueException {
    String id = LinearClient.need(from.getId(), "an issue's id");
    String title = LinearClient.need(from.getTitle(), "an issue's title");
    return Task.of(id, title, standing(from, site))
        .description(from.getDescription() == null ? "" : from.getDescription())
        .priority(urgency(from.getPriority()))
        .due(due(from.getDueDate()))
        .labels(labels(from).stream().map(IssueLabel::getName).filter(name -> !ours(name)).toList())
        .author(
            LinearComments.author(
                from.getCreator(), from.getBotActor(), from.getExternalUserCreator()))
        .blockers(blockers(from))
        .url(uri(from.getUrl()))
        .links(links(from))
        .createdAt(LinearComments.time(from.getCreatedAt()))
        .updatedAt(LinearComments.time(from.getUpdatedAt()))
        .build();
  }

  /** Whether Linear left out labels, relations or attachments. */
  static boolean isCut(Issue issue) throws QueueException {
    return goesOn(LinearClient.need(issue.getLabels(), "labels").getPageInfo())
        || goesOn(LinearClient.need(issue.getInverseRelations(), "relations").getPageInfo())
        || goesOn(LinearClient.need(issue.getAttachments(), "attachments").getPageInfo());
  }

  private static boolean goesOn(@Nullable PageInfo info) throws QueueException {
    return LinearClient.need(LinearClient.need(info, "pages").getHasNextPage(), "pages");
  }

  Standing standing(Issue issue, LinearSite site) throws QueueException {
    var state = LinearClient.need(issue.getState(), "an issue's state");
    // Another team's issue is in a state of that team, so that needs no look of its own.
    boolean elsewhere = site.project().filter(project -> !isIn(project, issue)).isPresent();
    if (elsewhere || isAway(issue) || ENDED.contains(state.getType())) {
      return Standing.CLOSED;
    }
    Standing standing =
        site.states().standing(LinearClient.need(state.getId(), "an issue's state"));
    List<IssueLabel> labels = labels(issue);
    if (standing == Standing.CLOSED && stops(labels)) {
      return Standing.HELD;
    }
    if (standing == Standing.CLOSED || standing == Standing.WORKING) {
      return standing;
    }
    if (labels.stream().anyMatch(label -> names.held().equalsIgnoreCase(label.getName()))) {
      return Standing.HELD;
    }
    return labels.stream().anyMatch(label -> names.failed().equalsIgnoreCase(label.getName()))
        ? Standing.FAILED
        : standing;
  }

  private static boolean stops(List<IssueLabel> labels) {
    return labels.stream().anyMatch(label -> Task.STOP_LABEL.equalsIgnoreCase(label.getName()));
  }

  private static boolean isIn(String project, Issue issue) {
    return issue.getProject() != null && project.equals(issue.getProject().getId());
  }

  static boolean isAway(Issue issue) {
    return issue.getArchivedAt() != null || Boolean.TRUE.equals(issue.getTrashed());
  }

  boolean ours(String label) {
    return names.failed().equalsIgnoreCase(label) || names.held().equalsIgnoreCase(label);
  }

  static List<IssueLabel> labels(Issue issue) throws QueueException {
    return LinearClient.need(
        LinearClient.need(issue.getLabels(), "an issue's labels").getNodes(), "an issue's labels");
  }

  /** Linear counts from 1, the most urgent, to 4; 0 is none. */
  private static int urgency(@Nullable Double priority) {
    int counted = priority == null ? 0 : priority.intValue();
    return counted < 1 || counted > LEAST_URGENT ? 0 : LEAST_URGENT + 1 - counted;
  }

  /** The other way round, for new tasks. */
  static int priority(int urgency) {
    return urgency < 1 ? 0 : LEAST_URGENT + 1 - Math.min(urgency, LEAST_URGENT);
  }

  private static Optional<Instant> due(@Nullable String date) {
    if (date == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }

  private static List<Blocker> blockers(Issue issue) throws QueueException {
    var relations = LinearClient.need(issue.getInverseRelations(), "an issue's relations");
    List<Blocker> blockers = new ArrayList<>();
    for (IssueRelation relation : LinearClient.need(relations.getNodes(), "relations")) {
      Issue other = relation.getIssue();
      if ("blocks".equals(relation.getType()) && other != null && !hasEnded(other)) {
        String id = LinearClient.need(other.getId(), "a blocker's id");
        blockers.add(new Blocker(id, other.getTitle() == null ? id : other.getTitle()));
      }
    }
    return blockers;
  }

  private static boolean hasEnded(Issue issue) throws QueueException {
    String type = LinearClient.need(issue.getState(), "a blocker's state").getType();
    return isAway(issue) || ENDED.contains(type);
  }

  private static List<URI> links(Issue issue) throws QueueException {
    var attachments = LinearClient.need(issue.getAttachments(), "an issue's attachments");
    List<URI> links = new ArrayList<>();
    for (Attachment one : LinearClient.need(attachments.getNodes(), "attachments")) {
      uri(one.getUrl()).ifPresent(links::add);
    }
    return links;
  }

  private static Optional<URI> uri(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(new URI(text));
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }
}
