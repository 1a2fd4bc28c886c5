package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.IssueLabel;
import dev.nightdesk.queue.linear.schema.IssueLabelCreateInput;
import dev.nightdesk.queue.linear.schema.IssueLabelFilter;
import dev.nightdesk.queue.linear.schema.StringComparator;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Labels by their names; made in the team where they are missing. */
final class LinearLabels {
  private final LinearClient client;
  private final LinearNames names;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  LinearLabels(LinearClient client, LinearNames names) {
    this.client = client;
    this.names = names;
  }

  /** The label by which a person sees that a task stands so. */
  Optional<String> nameOf(Standing standing) {
    return switch (standing) {
      case FAILED -> Optional.of(names.failed());
      case HELD -> Optional.of(names.held());
      default -> Optional.empty();
    };
  }

  void forget() {
    known.clear();
  }

  String idOf(String name, LinearSite site) throws QueueException, InterruptedException {
    String folded = name.toLowerCase(Locale.ROOT);
    String id = known.get(folded);
    if (id == null) {
      Optional<IssueLabel> found = find(name, site);
      id = found.isPresent() ? usable(found.get()) : create(name, site);
      known.put(folded, id);
    }
    return id;
  }

  List<String> idsOf(List<String> wanted, LinearSite site)
      throws QueueException, InterruptedException {
    List<String> ids = new ArrayList<>();
    for (String name : wanted) {
      ids.add(idOf(name, site));
    }
    return ids;
  }

  private static String usable(IssueLabel label) throws QueueException {
    Optional<String> problem = problem(label);
    if (problem.isPresent()) {
      throw QueueException.fixSettings(problem.get());
    }
    return LinearClient.need(label.getId(), "a label's id");
  }

  /** Why a label cannot be given to an issue. */
  static Optional<String> problem(IssueLabel label) {
    if (Boolean.TRUE.equals(label.getIsGroup())) {
      return Optional.of(
          "Label %s is a group of labels in Linear: choose another name."
              .formatted(label.getName()));
    }
    return Optional.empty();
  }

  /** The team's own label before one of the whole workspace; another team's is of no use. */
  Optional<IssueLabel> find(String name, LinearSite site)
      throws QueueException, InterruptedException {
    IssueLabelFilter filter =
        IssueLabelFilter.builder()
            .withName(StringComparator.builder().withEqIgnoreCase(name).build())
            .build();
    List<IssueLabel> labels =
        LinearClient.all(after -> {
          var page =
              LinearClient.need(
                  client
                      .query(
                          LinearDocuments.LABELS,
                          LinearClient.variables(filter, LinearDocuments.PAGE, after))
                      .getIssueLabels(),
                  "labels");
          return LinearClient.page(page.getNodes(), page.getPageInfo());
        });
    return labels.stream()
        .filter(label -> label.getTeam() != null && site.team().equals(label.getTeam().getId()))
        .findFirst()
        .or(() -> labels.stream().filter(label -> label.getTeam() == null).findFirst());
  }

  private String create(String name, LinearSite site) throws QueueException, InterruptedException {
    IssueLabelCreateInput input =
        IssueLabelCreateInput.builder().withName(name).withTeamId(site.team()).build();
    try {
      var payload =
          LinearClient.need(
              client.change(LinearDocuments.LABEL, input).getIssueLabelCreate(), "the label");
      return LinearClient.need(
          LinearClient.need(payload.getIssueLabel(), "the label").getId(), "the label's id");
    } catch (QueueException refused) {
      if (refused.kind() == QueueException.Kind.FIX_SETTINGS) {
        // Another worker may have been faster.
        Optional<IssueLabel> found = find(name, site);
        if (found.isPresent()) {
          return usable(found.get());
        }
      }
      throw refused;
    }
  }
}
