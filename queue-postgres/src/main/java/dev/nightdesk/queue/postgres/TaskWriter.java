package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlFailures;
import dev.nightdesk.queue.postgres.tables.SqlName;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Update;

/**
 * Every statement that writes tasks and comments. Each method needs a transaction of its own.
 *
 * <p>A row is locked before it is looked at, so that of two who would move it one waits for the
 * other and then sees what it did.
 */
final class TaskWriter {

  private final Layout layout;
  private final Names names;
  private final TaskRows rows;
  private final Notes notes;
  private final String taking;
  private final String looking;

  TaskWriter(Layout layout, Names names, Notes notes) {
    this.layout = layout;
    this.names = names;
    this.rows = new TaskRows(layout, names);
    this.notes = notes;
    this.taking = taking();
    this.looking = looking();
  }

  Claim claim(Handle handle, String id, List<Entry> entries) {
    try {
      Optional<Notes.Written> taken = notes.write(handle, taking, id, entries);
      return taken.isPresent()
          ? new Claim.Taken(taken.get().receipts())
          : notTaken(handle, id, entries);
    } catch (JdbiException impossible) {
      if (SqlFailures.impossibleValue(impossible)) {
        return new Claim.Gone();
      }
      throw impossible;
    }
  }

  /** One conditional update: of any number of claimants one changes the row. */
  private String taking() {
    String status = layout.column(Column.STATUS);
    String id = layout.column(Column.ID);
    return """
    update %1$s set %2$s = %3$s where %4$s = (
      select t.%4$s from %1$s t where %5$s and t.%2$s = %6$s for no key update skip locked)
    returning %2$s::text as status\
    """
        .formatted(
            layout.table(),
            status,
            literal(Standing.WORKING),
            id,
            rows.is("t", ":id"),
            literal(Standing.READY));
  }

  private Claim notTaken(Handle handle, String id, List<Entry> entries) {
    Optional<String> status =
        handle.createQuery(looking).bind("id", id).mapTo(String.class).findFirst();
    if (status.isEmpty()) {
      return new Claim.Gone();
    }
    return switch (names.standing(status.get())) {
      case CLOSED -> new Claim.Gone();
      case READY -> new Claim.Refused("somebody else is changing it at this moment");
      case WORKING ->
          notes.newestIsOneOf(handle, id, entries)
              ? new Claim.Taken(notes.receipts(handle, entries))
              : refused(status.get());
      case REVIEW, FAILED, HELD -> refused(status.get());
    };
  }

  private String looking() {
    return "select coalesce(t.%s::text, '') as status from %s t where %s"
        .formatted(layout.column(Column.STATUS), layout.table(), rows.is("t", ":id"));
  }

  private static Claim refused(String status) {
    return new Claim.Refused("its status is already '" + status + "'");
  }

  List<Receipt> deliver(Handle handle, String id, List<Entry> entries) throws QueueException {
    Notes.Written written = writtenTo(handle, id, entries);
    String status = written.status();
    boolean onlyResult = layout.comments().isEmpty();
    if (onlyResult && !written.before() && names.standing(status) == Standing.CLOSED) {
      throw moved(id, status);
    }
    boolean overtaken = written.before() && !notes.newestIsOneOf(handle, id, entries);
    for (Entry entry : entries) {
      if (entry instanceof Entry.Move move && !overtaken) {
        status = move(handle, id, status, move.to(), written.before());
      }
    }
    return written.receipts();
  }

  private Notes.Written writtenTo(Handle handle, String id, List<Entry> entries)
      throws QueueException {
    try {
      Optional<Notes.Written> written =
          notes.write(handle, looking + " for no key update", id, entries);
      if (written.isPresent()) {
        return written.get();
      }
    } catch (JdbiException impossible) {
      if (!SqlFailures.impossibleValue(impossible)) {
        throw impossible;
      }
    }
    throw QueueException.gone("The task " + id + " is not in " + names.table() + " any more.");
  }

  private String move(Handle handle, String id, String from, Standing to, boolean repeated)
      throws QueueException {
    String target = names.status(to);
    if (from.equals(target)) {
      return from;
    }
    Set<Standing> allowed = to.reachedFrom();
    if (!allowed.contains(names.standing(from))) {
      if (repeated) {
        return from;
      }
      throw moved(id, from);
    }
    handle
        .createUpdate(
            "update %s set %s = %s where %s"
                .formatted(
                    layout.table(), layout.column(Column.STATUS), literal(to), rows.is("", ":id")))
        .bind("id", id)
        .execute();
    return target;
  }

  private static QueueException moved(String id, String status) {
    return QueueException.gone(
        "Somebody set the status of task " + id + " to '" + status + "' meanwhile.");
  }

  String add(Handle handle, NewTask task) throws QueueException {
    Map<Column, Object> values = values(task);
    for (Column column : values.keySet()) {
      if (!layout.has(column)) {
        throw QueueException.fixSettings(
            "Table %s has no column for a task's %s: leave it out, or set %s to one of its columns."
                .formatted(names.table(), column, Names.settingOf(column)));
      }
    }
    Update insert =
        handle.createUpdate(
            "insert into %s (%s, %s) values (%s, %s)"
                .formatted(
                    layout.table(),
                    layout.column(Column.STATUS),
                    values.keySet().stream().map(layout::column).collect(Collectors.joining(", ")),
                    literal(Standing.READY),
                    values.keySet().stream().map(c -> ":" + c).collect(Collectors.joining(", "))));
    values.forEach((column, value) -> insert.bindByType("" + column, value, value.getClass()));
    return insert.executeAndReturnGeneratedKeys(names.column(Column.ID)).mapTo(String.class).one();
  }

  /** What the task has; the rest is left to the table. */
  private static Map<Column, Object> values(NewTask task) {
    Map<Column, Object> values = new EnumMap<>(Column.class);
    values.put(Column.TITLE, Notes.storable(task.title()));
    if (!task.description().isEmpty()) {
      values.put(Column.DESCRIPTION, Notes.storable(task.description()));
    }
    if (task.priority() != 0) {
      values.put(Column.PRIORITY, task.priority());
    }
    if (!task.labels().isEmpty()) {
      values.put(Column.LABELS, task.labels().stream().map(Notes::storable).toArray(String[]::new));
    }
    return values;
  }

  private String literal(Standing standing) {
    return SqlName.literal(names.status(standing));
  }
}
