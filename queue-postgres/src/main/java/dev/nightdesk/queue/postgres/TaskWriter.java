package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
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

  /**
   * From where a row may be moved. Whatever else it says was said by a person meanwhile, and stays.
   */
  private static final Map<Standing, Set<Standing>> FROM = new EnumMap<>(Standing.class);

  static {
    FROM.put(
        Standing.WORKING,
        EnumSet.of(Standing.READY, Standing.REVIEW, Standing.FAILED, Standing.HELD));
    FROM.put(Standing.REVIEW, EnumSet.of(Standing.WORKING));
    FROM.put(Standing.FAILED, EnumSet.of(Standing.WORKING));
    FROM.put(
        Standing.HELD,
        EnumSet.of(Standing.READY, Standing.WORKING, Standing.REVIEW, Standing.FAILED));
    FROM.put(
        Standing.READY,
        EnumSet.of(Standing.WORKING, Standing.REVIEW, Standing.FAILED, Standing.HELD));
  }

  private final Layout layout;
  private final Names names;
  private final TaskRows rows;
  private final Notes notes;

  TaskWriter(Layout layout, Names names, Notes notes) {
    this.layout = layout;
    this.names = names;
    this.rows = new TaskRows(layout, names);
    this.notes = notes;
  }

  Claim claim(Handle handle, String id, List<Entry> entries) {
    try {
      if (take(handle, id)) {
        return new Claim.Taken(notes.write(handle, id, entries).receipts());
      }
      Optional<String> status = status(handle, id, "");
      if (status.isEmpty()) {
        return new Claim.Gone();
      }
      return switch (names.standing(status.get())) {
        case CLOSED -> new Claim.Gone();
        case READY -> new Claim.Refused("somebody else is changing it at this moment");
        case WORKING ->
            notes.newestIsOneOf(handle, id, entries)
                ? new Claim.Taken(notes.write(handle, id, entries).receipts())
                : refused(status.get());
        case REVIEW, FAILED, HELD -> refused(status.get());
      };
    } catch (JdbiException impossible) {
      if (Faults.impossibleValue(impossible)) {
        return new Claim.Gone();
      }
      throw impossible;
    }
  }

  private static Claim refused(String status) {
    return new Claim.Refused("its status is already '" + status + "'");
  }

  /** One conditional update: of any number of claimants one changes the row. */
  private boolean take(Handle handle, String id) {
    String status = layout.column(Column.STATUS);
    return handle
            .createUpdate(
                """
                update %s set %s = %s where %s = (
                  select t.%s from %s t where %s and t.%s = %s for no key update skip locked)\
                """
                    .formatted(
                        layout.table(),
                        status,
                        literal(Standing.WORKING),
                        layout.column(Column.ID),
                        layout.column(Column.ID),
                        layout.table(),
                        rows.is("t", ":id"),
                        status,
                        literal(Standing.READY)))
            .bind("id", id)
            .execute()
        > 0;
  }

  private Optional<String> status(Handle handle, String id, String lock) {
    return handle
        .createQuery(
            "select coalesce(t.%s::text, '') from %s t where %s%s"
                .formatted(layout.column(Column.STATUS), layout.table(), rows.is("t", ":id"), lock))
        .bind("id", id)
        .mapTo(String.class)
        .findFirst();
  }

  List<Receipt> deliver(Handle handle, String id, List<Entry> entries) throws QueueException {
    Optional<String> status = lockedStatus(handle, id);
    if (status.isEmpty()) {
      throw QueueException.gone("The task " + id + " is not in " + names.table() + " any more.");
    }
    Notes.Written written = notes.write(handle, id, entries);
    if (!written.before()
        && layout.comments().isEmpty()
        && names.standing(status.get()) == Standing.CLOSED) {
      throw moved(id, status.get());
    }
    boolean overtaken = written.before() && !notes.newestIsOneOf(handle, id, entries);
    String now = status.get();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Move move && !overtaken) {
        now = move(handle, id, now, move.to(), written.before());
      }
    }
    return written.receipts();
  }

  private Optional<String> lockedStatus(Handle handle, String id) {
    try {
      return status(handle, id, " for no key update");
    } catch (JdbiException impossible) {
      if (Faults.impossibleValue(impossible)) {
        return Optional.empty();
      }
      throw impossible;
    }
  }

  private String move(Handle handle, String id, String from, Standing to, boolean repeated)
      throws QueueException {
    String target = names.status(to);
    if (from.equals(target)) {
      return from;
    }
    Set<Standing> allowed = Optional.ofNullable(FROM.get(to)).orElse(Set.of());
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
    Map<Column, String> values = new EnumMap<>(Column.class);
    values.put(Column.TITLE, ":title");
    values.put(Column.STATUS, literal(Standing.READY));
    List<Column> wanted = new ArrayList<>();
    if (!task.description().isEmpty()) {
      values.put(Column.DESCRIPTION, ":description");
      wanted.add(Column.DESCRIPTION);
    }
    if (task.priority() != 0) {
      values.put(Column.PRIORITY, ":priority");
      wanted.add(Column.PRIORITY);
    }
    if (!task.labels().isEmpty()) {
      values.put(Column.LABELS, ":labels");
      wanted.add(Column.LABELS);
    }
    for (Column column : wanted) {
      if (!layout.has(column)) {
        throw QueueException.fixSettings(
            "Table %s has no column for a task's %s: leave it out, or set %s to one of its columns."
                .formatted(names.table(), column, Names.settingOf(column)));
      }
    }
    Update insert =
        handle.createUpdate(
            "insert into %s (%s) values (%s)"
                .formatted(
                    layout.table(),
                    values.keySet().stream().map(layout::column).collect(Collectors.joining(", ")),
                    String.join(", ", values.values())));
    insert.bind("title", Notes.storable(task.title()));
    bindIf(insert, values, Column.DESCRIPTION, Notes.storable(task.description()));
    bindIf(insert, values, Column.PRIORITY, task.priority());
    bindIf(
        insert,
        values,
        Column.LABELS,
        task.labels().stream().map(Notes::storable).toArray(String[]::new));
    return insert.executeAndReturnGeneratedKeys(names.column(Column.ID)).mapTo(String.class).one();
  }

  private static void bindIf(
      Update insert, Map<Column, String> values, Column column, Object value) {
    if (values.containsKey(column)) {
      insert.bindByType(column.toString(), value, value.getClass());
    }
  }

  private String literal(Standing standing) {
    return SqlName.literal(names.status(standing));
  }
}
