package dev.nightdesk.queue.linear;

import dev.nightdesk.queue.linear.LinearSites.Survey;
import dev.nightdesk.queue.linear.schema.IssueLabel;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code nightdesk doctor} says about the key, the team, its states and our labels. */
final class LinearCheckup {
  private final LinearSites sites;
  private final LinearLabels labels;
  private final LinearNames names;

  LinearCheckup(LinearSites sites, LinearLabels labels, LinearNames names) {
    this.sites = sites;
    this.labels = labels;
    this.names = names;
  }

  List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      Survey survey = sites.survey();
      findings.addAll(survey.findings());
      if (survey.site().isPresent()) {
        findings.add(label("LINEAR_FAILED_LABEL", names.failed(), survey.site().get()));
        findings.add(label("LINEAR_HELD_LABEL", names.held(), survey.site().get()));
      }
    } catch (QueueException refused) {
      String subject = findings.isEmpty() ? "LINEAR_API_KEY" : "LINEAR_TEAM";
      findings.add(Finding.wrong(subject, String.valueOf(refused.getMessage())));
    }
    return findings;
  }

  private Finding label(String setting, String name, LinearSite site)
      throws QueueException, InterruptedException {
    Optional<IssueLabel> label = labels.find(name, site);
    Optional<String> problem = label.flatMap(LinearLabels::problem);
    if (problem.isPresent()) {
      return Finding.wrong(setting, problem.get());
    }
    return Finding.good(
        setting,
        label.isPresent()
            ? "Label %s.".formatted(name)
            : "Label %s will be made when it is first needed.".formatted(name));
  }
}
