package dev.nightdesk.queue.postgres.tables;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Finds out what the tables have, and makes them where they are absent and may be made. */
public final class Survey {
  private static final List<String> COMMENT_COLUMNS =
      List.of("id", "task_id", "body", "entry_key", "created_at");

  private final Names names;
  private final Handle handle;
  private final Catalog catalog;
  private final List<String> remarks = new ArrayList<>();

  public Survey(Names names, Handle handle) {
    this.names = names;
    this.handle = handle;
    this.catalog = new Catalog(handle);
  }

  /** As {@link #look}, after making what is absent and may be made. */
  public Layout lookAndMake() throws QueueException, SQLException {
    Optional<Catalog.Table> tasks = catalog.find(names.table());
    boolean lacking = tasks.isEmpty() || catalog.find(names.comments()).isEmpty();
    if (names.create() && lacking) {
      if (tasks.isPresent()) {
        look(true);
        remarks.clear();
      }
      make();
    }
    return look(false);
  }

  /** What is there, where comments may go to a table that is yet to be made. */
  public Layout look() throws QueueException {
    return look(names.create());
  }

  private void make() throws SQLException {
    try {
      handle.useTransaction(transaction -> {
        catalog.makeOthersWait();
        Optional<Catalog.Table> tasks = catalog.find(names.table());
        if (tasks.isEmpty()) {
          Ddl ddl = new Ddl(names, placed(names.table()), placed(names.comments()));
          catalog.create(ddl.tasks());
        }
        if (catalog.find(names.comments()).isEmpty()) {
          makeComments(tasks.isEmpty());
        }
      });
    } catch (SQLException refused) {
      if (!SqlFailures.noRight(refused)) {
        throw refused;
      }
      remarks.add("This user may not create tables here (" + SqlFailures.said(refused) + ").");
    }
  }

  private void makeComments(boolean oursToo) throws SQLException {
    Catalog.Table tasks = catalog.find(names.table()).orElseThrow();
    Catalog.Type id = tasks.columns().get(names.column(Column.ID));
    if (id != null) {
      Ddl ddl = new Ddl(names, tasks.name(), placed(names.comments()));
      catalog.create(ddl.comments(id.sql(), oursToo));
    }
  }

  private SqlName placed(SqlName name) throws SQLException {
    if (name.schema().isPresent()) {
      return name;
    }
    String schema =
        catalog
            .currentSchema()
            .orElseThrow(
                () -> new SQLException("no schema to create tables in", SqlFailures.NO_RIGHT));
    return new SqlName(List.of(schema, name.table()));
  }

  private Layout look(boolean makingLater) throws QueueException {
    Optional<Catalog.Table> found = catalog.find(names.table());
    if (found.isEmpty()) {
      throw QueueException.fixSettings(
          "There is no table %s. %sSet POSTGRES_TABLE to the table with your tasks, or create it%s."
              .formatted(
                  names.table(), remarked(), names.create() ? "" : " (POSTGRES_CREATE=true)"));
    }
    Catalog.Table tasks = found.get();
    Map<Column, String> columns = columns(tasks);
    Catalog.Type id = type(tasks, Column.ID);
    checkStatuses(type(tasks, Column.STATUS));
    Optional<Layout.Comments> comments = comments();
    if (comments.isEmpty() && !makingLater && !columns.containsKey(Column.RESULT)) {
      throw QueueException.fixSettings(
          ("There is no place for results: no table %s, and no column %s in %s. %sSet"
                  + " POSTGRES_CREATE=true, or POSTGRES_RESULT_COLUMN to one of its columns.")
              .formatted(names.comments(), names.column(Column.RESULT), names.table(), remarked()));
    }
    boolean watched = catalog.watched(tasks);
    boolean incremental =
        columns.containsKey(Column.UPDATED)
            && tasks.rows()
            && (watched || names.insists(Column.UPDATED));
    boolean sameIds =
        columns.containsKey(Column.BLOCKED_BY)
            && type(tasks, Column.BLOCKED_BY).elementSql().equals(id.sql());
    return new Layout(
        tasks.oid(),
        names.table().quoted(),
        id.sql(),
        columns,
        created(tasks),
        sameIds,
        watched,
        incremental,
        comments,
        remarks);
  }

  private static boolean created(Catalog.Table tasks) {
    Catalog.Type type = tasks.columns().get("created_at");
    return type != null && type.name().startsWith("timestamp");
  }

  private String remarked() {
    return remarks.isEmpty() ? "" : String.join(" ", remarks) + " ";
  }

  private Catalog.Type type(Catalog.Table table, Column column) {
    return Optional.ofNullable(table.columns().get(names.column(column))).orElseThrow();
  }

  private Map<Column, String> columns(Catalog.Table tasks) throws QueueException {
    Map<Column, String> columns = new EnumMap<>(Column.class);
    List<String> wrong = new ArrayList<>();
    for (Column column : Column.values()) {
      String name = names.column(column);
      Catalog.Type type = tasks.columns().get(name);
      if (type == null) {
        if (names.insists(column)) {
          wrong.add("it has no column %s (%s)".formatted(name, Names.settingOf(column)));
        }
      } else if (column.accepts(type.name(), type.category(), type.elementCategory())) {
        columns.put(column, SqlName.quote(name));
      } else {
        String what =
            "its column %s is of type %s, not %s".formatted(name, type.name(), column.wanted());
        if (names.insists(column)) {
          wrong.add(what + " (" + Names.settingOf(column) + ")");
        } else {
          remarks.add("Of table %s, %s: not used.".formatted(names.table(), what));
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw QueueException.fixSettings(
          "Table %s does not fit: %s. Its columns are: %s."
              .formatted(
                  names.table(),
                  String.join("; ", wrong),
                  String.join(", ", tasks.columns().keySet())));
    }
    return columns;
  }

  private void checkStatuses(Catalog.Type type) throws QueueException {
    if (type.category().equals("S")) {
      return;
    }
    List<String> wrong = new ArrayList<>();
    for (Standing standing : Names.STATUSES.keySet()) {
      try {
        handle
            .createQuery("select cast(cast(:status as " + type.sql() + ") as text)")
            .bind("status", names.status(standing))
            .mapTo(String.class)
            .one();
      } catch (JdbiException refused) {
        if (!SqlFailures.impossibleValue(refused)) {
          throw refused;
        }
        wrong.add("'%s' (%s)".formatted(names.status(standing), Names.settingOf(standing)));
      }
    }
    if (!wrong.isEmpty()) {
      throw QueueException.fixSettings(
          "The column %s of table %s is of type %s, which has no %s. Add the value, or set the"
                  .formatted(
                      names.column(Column.STATUS),
                      names.table(),
                      type.name(),
                      String.join(", no ", wrong))
              + " variable to one that it has.");
    }
  }

  private Optional<Layout.Comments> comments() throws QueueException {
    Optional<Catalog.Table> found = catalog.find(names.comments());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Catalog.Table comments = found.get();
    List<String> missing =
        COMMENT_COLUMNS.stream().filter(name -> !comments.columns().containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw QueueException.fixSettings(
          "The comments table %s lacks %s. Add what is missing (entry_key as: text unique), or set"
                  .formatted(names.comments(), String.join(", ", missing))
              + " POSTGRES_COMMENTS_TABLE to another name.");
    }
    if (!catalog.unique(comments, "entry_key")) {
      throw QueueException.fixSettings(
          ("Nothing keeps the column entry_key of %s unique, so a comment could be written twice."
                  + " Run: create unique index on %s (entry_key)")
              .formatted(names.comments(), names.comments().quoted()));
    }
    Catalog.Type taskId = Optional.ofNullable(comments.columns().get("task_id")).orElseThrow();
    return Optional.of(
        new Layout.Comments(
            names.comments().quoted(),
            taskId.sql(),
            comments.columns().containsKey("author"),
            comments.rows(),
            catalog.watched(comments)));
  }
}
