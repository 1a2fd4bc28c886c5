package dev.nightdesk.queue.airtable;

import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code nightdesk doctor} says about the token, the base and the table. */
final class AirtableCheckup {
  private static final String KEY = "AIRTABLE_API_KEY";

  private final AirtableClient client;
  private final List<Finding> findings = new ArrayList<>();

  /** One thing to look at. */
  private interface Look {
    void look() throws QueueException, InterruptedException;
  }

  AirtableCheckup(AirtableClient client) {
    this.client = client;
  }

  List<Finding> findings() throws InterruptedException {
    if (look(KEY, this::token)
        && look(Names.BASE.name(), this::base)
        && look(Names.TABLE.name(), this::table)) {
      look(KEY, this::records);
    }
    return List.copyOf(findings);
  }

  /** Whether it is worth while to go on. */
  private boolean look(String subject, Look at) throws InterruptedException {
    try {
      at.look();
    } catch (QueueException refused) {
      findings.add(Finding.wrong(subject, refused.getMessage()));
    }
    return findings.stream().noneMatch(finding -> finding.state() == Finding.State.WRONG);
  }

  private void token() throws QueueException, InterruptedException {
    findings.add(
        Finding.good(KEY, "Airtable accepts the token; it is of user " + client.base().me() + "."));
  }

  private void base() throws QueueException, InterruptedException {
    Optional<String> permission = client.base().permission();
    String base = Names.BASE.name();
    if (permission.isEmpty()) {
      findings.add(
          Finding.wrong(
              base,
              "The token does not see the base %s. Add the base to the token's access list."
                  .formatted(client.base().names().base())));
    } else if (List.of("none", "read", "comment").contains(permission.get())) {
      findings.add(
          Finding.wrong(
              base,
              "The token's user may not change records there (%s). Make them an editor."
                  .formatted(permission.get())));
    } else {
      findings.add(
          Finding.good(base, "The token's user may change it (%s).".formatted(permission.get())));
    }
  }

  private void table() throws QueueException, InterruptedException {
    Survey survey = Survey.of(client.base().names(), client.base().schema());
    findings.addAll(survey.findings());
    if (client.base().names().column(Column.AUTHOR).isEmpty()) {
      findings.add(
          Finding.warning(
              Column.AUTHOR.settingName(),
              "Not set: who wrote a task is not known, so WORKER_AUTHORS has to be anyone."));
    }
  }

  private void records() throws QueueException, InterruptedException {
    int open =
        client
            .base()
            .with(layout -> {
              List<Row> rows = client.list(layout, layout.isOpen()).rows();
              if (!rows.isEmpty()) {
                client.comments(layout, rows.getFirst().id(), newest -> true);
              }
              return rows.size();
            });
    findings.add(
        Finding.good(
            Names.TABLE.name(), "%d open %s.".formatted(open, open == 1 ? "task" : "tasks")));
    findings.add(
        Finding.warning(
            KEY,
            (open == 0 ? "Whether the token may read comments shows with the first task. " : "")
                + "Whether it may write cannot be asked without writing: its scopes must have"
                + " data.records:write and data.recordComments:write."));
  }
}
