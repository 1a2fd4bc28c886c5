package dev.nightdesk.ledger;

/** A task's name across workers: {@code worker/id}. A worker's name has no slash, an id may. */
public record TaskKey(String worker, String id) {
  public TaskKey {
    if (worker.isEmpty() || worker.indexOf('/') >= 0 || id.isEmpty()) {
      throw new IllegalArgumentException("not a task's name: '" + worker + "/" + id + "'");
    }
  }

  public static TaskKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash == text.length() - 1) {
      throw new IllegalArgumentException("a task is named WORKER/ID, not '" + text + "'");
    }
    return new TaskKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return worker + "/" + id;
  }
}
