package dev.nightdesk.app;

import com.google.inject.Inject;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.settings.DeskSettings;
import java.util.List;
import java.util.Optional;

/** Understands {@code WORKER/ID}, and {@code ID} alone where it can mean only one task. */
final class TaskNames {
  private static final int MANY = 100_000;

  private final DeskSettings desk;
  private final Ledger ledger;

  @Inject
  TaskNames(DeskSettings desk, Ledger ledger) {
    this.desk = desk;
    this.ledger = ledger;
  }

  TaskKey read(String text) {
    if (text.contains("/")) {
      return TaskKey.parse(text);
    }
    if (desk.workers().size() == 1) {
      var key = new TaskKey(desk.workers().get(0).text(), text);
      if (ledger.tasks().find(key).isPresent()) {
        return key;
      }
    }
    List<TaskKey> same =
        ledger.tasks().list(Optional.empty(), true, MANY).stream()
            .map(TaskRow::key)
            .filter(key -> key.id().equals(text))
            .toList();
    return switch (same.size()) {
      case 1 -> same.get(0);
      case 0 -> throw unknown(text);
      default ->
          throw new UserException(
              "There are several tasks with the id %s. Name it as one of: %s"
                  .formatted(
                      text, String.join(", ", same.stream().map(TaskKey::toString).toList())));
    };
  }

  static UserException unknown(String task) {
    return new UserException(
        "No task %s is known. A task is known once a worker has seen it; nightdesk tasks --all lists them."
            .formatted(Text.oneLine(task)));
  }
}
