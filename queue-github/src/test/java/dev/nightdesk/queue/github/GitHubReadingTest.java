package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.queue.github.CannedIssues.Issue;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Task;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an issue says beside its words. */
class GitHubReadingTest extends GitHubStage {

  private Task found(String id) throws Exception {
    return queue().find(id).orElseThrow();
  }

  private void field(String id, String name, String type, String value) {
    synchronized (github()) {
      Issue issue = github().issues.get(id);
      ObjectNode field = issue.json.withArray("issue_field_values").addObject();
      field.put("issue_field_name", name).put("data_type", type);
      if (type.equals("single_select")) {
        field.putObject("single_select_option").put("name", value);
      } else {
        field.put("value", value);
      }
      github().issues.touch(issue);
    }
  }

  @Test
  void takesTheOrganizationsFieldsBeforeLabelsAndMilestones() throws Exception {
    String id = person().puts(Draft.of("t").priority(1).due(Instant.parse("2027-01-01T00:00:00Z")));
    assertThat(found(id).priority()).isEqualTo(1);
    assertThat(found(id).due()).contains(Instant.parse("2027-01-01T00:00:00Z"));
    field(id, "Priority", "single_select", "Urgent");
    field(id, "Start date", "date", "2026-01-01");
    field(id, "Target date", "date", "2026-12-24");
    assertThat(found(id).priority()).isEqualTo(4);
    assertThat(found(id).due()).contains(Instant.parse("2026-12-24T00:00:00Z"));
  }

  @Test
  void readsPrioritiesAsPeopleLabelThem() throws Exception {
    for (String label : new String[] {"P0", "urgent", "Priority: Critical", "priority/highest"}) {
      assertThat(found(person().puts(Draft.of(label).labels(label))).priority())
          .as(label)
          .isEqualTo(4);
    }
    for (String label : new String[] {"p5", "low-hanging fruit", "prio", "highlight"}) {
      assertThat(found(person().puts(Draft.of(label).labels(label))).priority()).as(label).isZero();
    }
  }

  @Test
  void namesFilesInItsTextAsLinks() throws Exception {
    String file = "https://github.com/user-attachments/files/1/a.pdf";
    String image = "https://github.com/user-attachments/assets/12ab-34cd";
    String text = "See [a](%s), ![b](%s) and https://example.org/c.pdf".formatted(file, image);
    String id = Integer.toString(github().issues.open("ann", "files", text));
    assertThat(found(id).links()).containsExactly(URI.create(file), URI.create(image));
  }

  @Test
  void namesABlockerOfAnotherRepositoryInFull() throws Exception {
    String there = puts("elsewhere");
    String here = person().puts(Draft.of("blocked").blockedBy(there));
    synchronized (github()) {
      github().issues.get(there).json.put("repository_url", github().url() + "/repos/octo/other");
    }
    assertThat(found(here).blockers())
        .containsExactly(new Blocker("octo/other#" + there, "elsewhere"));
  }

  @Test
  void takesAnAnswerAboutAnotherIssueForAFailure() throws Exception {
    String id = puts("mine");
    github()
        .instead(request ->
            Optional.of(
                Reply.of(200, "{\"number\":99,\"title\":\"t\",\"state\":\"open\",\"labels\":[]}")));
    assertThat(failure(() -> queue().find(id)).kind()).isEqualTo(Kind.RETRY_LATER);
  }

  @Test
  void takesAnUnknownStateForAFailure() throws Exception {
    String id = puts("odd");
    github().issues.get(id).json.put("state", "melted");
    assertThat(failure(() -> queue().find(id)).kind()).isEqualTo(Kind.RETRY_LATER);
  }
}
