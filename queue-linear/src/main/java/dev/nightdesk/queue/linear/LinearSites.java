package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.LinearClient.Page;
import dev.nightdesk.queue.linear.schema.IDComparator;
import dev.nightdesk.queue.linear.schema.Project;
import dev.nightdesk.queue.linear.schema.ProjectFilter;
import dev.nightdesk.queue.linear.schema.Query;
import dev.nightdesk.queue.linear.schema.StringComparator;
import dev.nightdesk.queue.linear.schema.Team;
import dev.nightdesk.queue.linear.schema.TeamCollectionFilter;
import dev.nightdesk.queue.linear.schema.TeamFilter;
import dev.nightdesk.queue.linear.schema.User;
import dev.nightdesk.queue.linear.schema.WorkflowState;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the user, the team, its states and the project, and remembers them for a while. */
final class LinearSites {
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final LinearClient client;
  private final LinearNames names;
  private volatile @Nullable Known known;

  private record Known(LinearSite site, long at) {}

  /** What was found, and what is to be said of it; no site where something is wrong. */
  record Survey(Optional<LinearSite> site, List<Finding> findings) {
    Survey {
      findings = List.copyOf(findings);
    }
  }

  LinearSites(LinearClient client, LinearNames names) {
    this.client = client;
    this.names = names;
  }

  LinearSite site() throws QueueException, InterruptedException {
    Known last = known;
    if (last != null && System.nanoTime() - last.at() < FRESH.toNanos()) {
      return last.site();
    }
    Survey survey = survey();
    LinearSite site =
        survey.site().orElseThrow(() -> QueueException.fixSettings(wrongIn(survey.findings())));
    known = new Known(site, System.nanoTime());
    return site;
  }

  /** Somebody may have changed the team: the next one who asks looks again. */
  void forget() {
    known = null;
  }

  private static String wrongIn(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.state() == Finding.State.WRONG)
        .map(Finding::message)
        .collect(Collectors.joining(" "));
  }

  Survey survey() throws QueueException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Query found = client.query(LinearDocuments.VIEWER, Map.of("filter", byKey()));
    User viewer = LinearClient.need(found.getViewer(), "the user");
    findings.add(user(viewer));
    var teams = LinearClient.need(found.getTeams(), "the teams");
    Page<Team> page = LinearClient.page(teams.getNodes(), teams.getPageInfo());
    if (page.nodes().isEmpty()) {
      findings.add(
          Finding.wrong(
              "LINEAR_TEAM",
              "There is no team %s that the user of LINEAR_API_KEY can see: LINEAR_TEAM is its key, the ENG in ENG-123."
                  .formatted(names.team())));
      return new Survey(Optional.empty(), findings);
    }
    Team team = page.nodes().getFirst();
    findings.add(
        Finding.good("LINEAR_TEAM", "Team %s (%s).".formatted(team.getName(), team.getKey())));
    String teamId = LinearClient.need(team.getId(), "the team's id");
    Optional<String> project = project(teamId, findings);
    Optional<LinearSite.States> states = states(team, findings);
    if (states.isEmpty() || (names.project().isPresent() && project.isEmpty())) {
      return new Survey(Optional.empty(), findings);
    }
    LinearSite site =
        new LinearSite(
            LinearClient.need(viewer.getId(), "the user's id"),
            Boolean.TRUE.equals(viewer.getApp()),
            teamId,
            project,
            states.get());
    return new Survey(Optional.of(site), findings);
  }

  private TeamFilter byKey() {
    return TeamFilter.builder()
        .withKey(StringComparator.builder().withEqIgnoreCase(names.team()).build())
        .build();
  }

  private Finding user(User viewer) {
    String kind = names.personal() ? "personal key" : "OAuth token";
    return Boolean.TRUE.equals(viewer.getApp())
        ? Finding.warning(
            "LINEAR_API_KEY",
            "Linear knows it as the %s of the app %s. An app gives no tasks: WORKER_AUTHORS must name who does."
                .formatted(kind, viewer.getName()))
        : Finding.good(
            "LINEAR_API_KEY", "Linear knows it as the %s of %s.".formatted(kind, viewer.getName()));
  }

  private Optional<String> project(String team, List<Finding> findings)
      throws QueueException, InterruptedException {
    if (names.project().isEmpty()) {
      return Optional.empty();
    }
    String wanted = names.project().get();
    var found =
        LinearClient.need(
            client
                .query(LinearDocuments.PROJECTS, Map.of("filter", projects(team, wanted)))
                .getProjects(),
            "the projects");
    List<Project> projects = LinearClient.page(found.getNodes(), found.getPageInfo()).nodes();
    if (projects.size() == 1) {
      findings.add(
          Finding.good("LINEAR_PROJECT", "Project %s.".formatted(projects.getFirst().getName())));
      return Optional.of(LinearClient.need(projects.getFirst().getId(), "the project's id"));
    }
    findings.add(
        Finding.wrong(
            "LINEAR_PROJECT",
            projects.isEmpty()
                ? "Team %s has no project %s. LINEAR_PROJECT is a project's name or id."
                    .formatted(names.team(), wanted)
                : "Several projects are called %s. Set LINEAR_PROJECT to the id of one of them: %s."
                    .formatted(
                        wanted,
                        projects.stream()
                            .map(project -> project.getId() + " (" + project.getUrl() + ")")
                            .collect(Collectors.joining(", ")))));
    return Optional.empty();
  }

  private static ProjectFilter projects(String team, String wanted) {
    TeamFilter ours =
        TeamFilter.builder().withId(IDComparator.builder().withEq(team).build()).build();
    ProjectFilter.Builder filter =
        ProjectFilter.builder()
            .withAccessibleTeams(TeamCollectionFilter.builder().withSome(ours).build());
    return LinearIds.isOne(wanted)
        ? filter.withId(IDComparator.builder().withEq(wanted).build()).build()
        : filter.withName(StringComparator.builder().withEqIgnoreCase(wanted).build()).build();
  }

  private Optional<LinearSite.States> states(Team team, List<Finding> findings)
      throws QueueException {
    var connection = LinearClient.need(team.getStates(), "the team's states");
    List<WorkflowState> all =
        LinearClient.page(connection.getNodes(), connection.getPageInfo()).nodes().stream()
            .sorted(Comparator.comparing(WorkflowState::getPosition))
            .toList();
    Optional<WorkflowState> review = named(names.review(), "LINEAR_REVIEW_STATE", all, findings);
    Optional<WorkflowState> working = working(all, review, findings);
    if (review.isEmpty() || working.isEmpty()) {
      return Optional.empty();
    }
    List<WorkflowState> ready = ready(all, review.get(), working.get(), findings);
    if (ready.isEmpty()) {
      return Optional.empty();
    }
    if (working.get().getId().equals(review.get().getId())) {
      findings.add(
          Finding.wrong(
              "LINEAR_WORKING_STATE",
              "The working and the review state are both %s. Set LINEAR_WORKING_STATE or LINEAR_REVIEW_STATE."
                  .formatted(review.get().getName())));
      return Optional.empty();
    }
    findings.add(
        Finding.good(
            "LINEAR_READY_STATES",
            "States: %s are ready, %s is working, %s is review."
                .formatted(
                    joined(ready.stream()), working.get().getName(), review.get().getName())));
    return Optional.of(
        new LinearSite.States(
            ready.stream().map(WorkflowState::getId).toList(),
            working.get().getId(),
            review.get().getId()));
  }

  private Optional<WorkflowState> working(
      List<WorkflowState> all, Optional<WorkflowState> review, List<Finding> findings) {
    if (names.working().isPresent()) {
      return named(names.working().get(), "LINEAR_WORKING_STATE", all, findings);
    }
    Optional<WorkflowState> first =
        all.stream()
            .filter(state -> state.getType().equals("started"))
            .filter(state -> review.filter(state::equals).isEmpty())
            .findFirst();
    if (first.isEmpty() && review.isPresent()) {
      findings.add(
          Finding.wrong(
              "LINEAR_WORKING_STATE",
              "Team %s has no state of type started beside %s. Add one, such as In Progress, or set LINEAR_WORKING_STATE."
                  .formatted(names.team(), names.review())));
    }
    return first;
  }

  /** Where a task goes back to comes first: a state for what is planned rather than the backlog. */
  private List<WorkflowState> ready(
      List<WorkflowState> all,
      WorkflowState review,
      WorkflowState working,
      List<Finding> findings) {
    List<WorkflowState> ready = new ArrayList<>();
    if (names.ready().isEmpty()) {
      for (String type : List.of("unstarted", "backlog")) {
        all.stream().filter(state -> state.getType().equals(type)).forEach(ready::add);
      }
      ready.remove(review);
      ready.remove(working);
      if (ready.isEmpty()) {
        findings.add(
            Finding.wrong(
                "LINEAR_READY_STATES",
                "Team %s has no state of type unstarted or backlog. Set LINEAR_READY_STATES to one of: %s."
                    .formatted(names.team(), joined(all.stream()))));
      }
      return ready;
    }
    for (String name : names.ready()) {
      named(name, "LINEAR_READY_STATES", all, findings).ifPresent(ready::add);
    }
    return ready.size() == names.ready().size() ? ready : List.of();
  }

  private Optional<WorkflowState> named(
      String name, String setting, List<WorkflowState> all, List<Finding> findings) {
    Optional<WorkflowState> state =
        all.stream()
            .filter(one -> one.getName().equals(name))
            .findFirst()
            .or(() -> all.stream().filter(one -> one.getName().equalsIgnoreCase(name)).findFirst());
    if (state.isEmpty()) {
      findings.add(
          Finding.wrong(
              setting,
              "Team %s has no state %s: add it in Linear, Settings, the team, Issue statuses, or set %s to one of: %s."
                  .formatted(names.team(), name, setting, joined(all.stream()))));
    }
    return state;
  }

  private static String joined(Stream<WorkflowState> states) {
    return states.map(WorkflowState::getName).collect(Collectors.joining(", "));
  }
}
