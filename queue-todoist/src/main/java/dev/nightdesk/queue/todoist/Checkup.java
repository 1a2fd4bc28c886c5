package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code nightdesk doctor} says about the token, the project and the labels. */
final class Checkup {
  private final TodoistClient client;
  private final Account account;
  private final Labels labels;
  private final List<Finding> findings = new ArrayList<>();

  Checkup(TodoistClient client, Account account, Labels labels) {
    this.client = client;
    this.account = account;
    this.labels = labels;
  }

  private interface Look {
    void look() throws QueueException, InterruptedException;
  }

  List<Finding> findings() throws InterruptedException {
    if (works("TODOIST_API_TOKEN", this::user) && works("TODOIST_PROJECT", this::project)) {
      works("TODOIST_DONE_LABEL", this::labels);
    }
    return findings;
  }

  private boolean works(String subject, Look look) throws InterruptedException {
    try {
      look.look();
      return true;
    } catch (QueueException refused) {
      findings.add(Finding.wrong(subject, refused.getMessage()));
      return false;
    }
  }

  private void user() throws QueueException, InterruptedException {
    Author me = account.me();
    findings.add(
        Finding.good(
            "TODOIST_API_TOKEN",
            "Todoist knows the token: %s, user id %s.".formatted(me.name(), me.id())));
  }

  private void project() throws QueueException, InterruptedException {
    String id = account.project();
    int open = client.list("tasks", Map.of("project_id", id)).size();
    findings.add(
        Finding.good(
            "TODOIST_PROJECT", "Found, with the id %s; open tasks: %d.".formatted(id, open)));
  }

  private void labels() throws QueueException, InterruptedException {
    Set<String> known =
        client.list("labels", Map.of()).stream().map(Checkup::name).collect(Collectors.toSet());
    for (Map.Entry<Standing, String> label : labels.names().entrySet()) {
      String name = label.getValue();
      findings.add(
          Finding.good(
              Labels.setting(label.getKey()).name(),
              known.contains(name)
                  ? "There is a label " + name + "."
                  : "Todoist makes the label " + name + " when a task is given it first."));
    }
  }

  private static String name(JsonNode label) {
    return label.path("name").asText();
  }
}
