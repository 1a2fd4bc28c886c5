package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.schema.CommentFilter;
import dev.nightdesk.queue.linear.schema.DateComparator;
import dev.nightdesk.queue.linear.schema.IDComparator;
import dev.nightdesk.queue.linear.schema.IssueFilter;
import dev.nightdesk.queue.linear.schema.IssueLabelCollectionFilter;
import dev.nightdesk.queue.linear.schema.IssueLabelFilter;
import dev.nightdesk.queue.linear.schema.NullableIssueFilter;
import dev.nightdesk.queue.linear.schema.NullableProjectFilter;
import dev.nightdesk.queue.linear.schema.RelationExistsComparator;
import dev.nightdesk.queue.linear.schema.StringComparator;
import dev.nightdesk.queue.linear.schema.TeamFilter;
import dev.nightdesk.queue.linear.schema.WorkflowStateFilter;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.util.List;

/** What of Linear is this queue's. */
final class LinearScope {
  private LinearScope() {}

  /** Those in our states, and those by which a person stops us, in whichever state. */
  static IssueFilter open(LinearSite site) {
    IssueFilter ours =
        IssueFilter.builder()
            .withState(
                WorkflowStateFilter.builder()
                    .withId(IDComparator.builder().withIn(site.states().all()).build())
                    .build())
            .build();
    IssueFilter stops =
        IssueFilter.builder()
            .withLabels(
                IssueLabelCollectionFilter.builder()
                    .withSome(
                        IssueLabelFilter.builder()
                            .withName(
                                StringComparator.builder()
                                    .withEqIgnoreCase(Task.STOP_LABEL)
                                    .build())
                            .build())
                    .build())
            .build();
    IssueFilter.Builder filter =
        IssueFilter.builder().withTeam(team(site)).withOr(List.of(ours, stops));
    site.project()
        .ifPresent(id ->
            filter.withProject(
                NullableProjectFilter.builder()
                    .withId(IDComparator.builder().withEq(id).build())
                    .build()));
    return filter.build();
  }

  private static TeamFilter team(LinearSite site) {
    return TeamFilter.builder().withId(IDComparator.builder().withEq(site.team()).build()).build();
  }

  /** Blockers may be anybody's: what they block changes when they end. */
  static IssueFilter changedSince(LinearSite site, Instant since) {
    IssueFilter blocking =
        IssueFilter.builder()
            .withHasBlockingRelations(RelationExistsComparator.builder().withEq(true).build())
            .build();
    return IssueFilter.builder()
        .withUpdatedAt(DateComparator.builder().withGte(since.toString()).build())
        .withOr(List.of(IssueFilter.builder().withTeam(team(site)).build(), blocking))
        .build();
  }

  static CommentFilter writtenSince(LinearSite site, Instant since) {
    return CommentFilter.builder()
        .withCreatedAt(DateComparator.builder().withGte(since.toString()).build())
        .withIssue(NullableIssueFilter.builder().withTeam(team(site)).build())
        .build();
  }
}
