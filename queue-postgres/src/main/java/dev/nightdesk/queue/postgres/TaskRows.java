package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Task;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of the tasks table as tasks, whichever columns it has. */
final class TaskRows implements RowMapper<Task> {
  private static final int LAST_YEAR = 9999;

  private final Layout layout;
  private final Names names;
  private final String select;

  TaskRows(Layout layout, Names names) {
    this.layout = layout;
    this.names = names;
    this.select = selecting();
  }

  /** Selects tasks {@code t}; a condition may follow. */
  String select() {
    return select;
  }

  /**
   * The blockers' status is looked at last, or a planner without statistics would go through all
   * open tasks for each task.
   */
  private String selecting() {
    String blockers =
        layout.has(Column.BLOCKED_BY)
            ? """
            left join lateral (
              select
                array_agg(o.%1$s::text order by o.%1$s) filter (where o.%6$s in %7$s) as ids,
                array_agg(coalesce(o.%2$s::text, '') order by o.%1$s)
                  filter (where o.%6$s in %7$s) as titles
              from %3$s o where t.%4$s <> '{}' and %5$s) b on true\
            """
                .formatted(
                    layout.column(Column.ID),
                    layout.column(Column.TITLE),
                    layout.table(),
                    layout.column(Column.BLOCKED_BY),
                    blocks(),
                    layout.column(Column.STATUS),
                    names.openStatuses())
            : "";
    return "select "
        + String.join(
            ", ",
            text(Column.ID),
            text(Column.TITLE),
            text(Column.STATUS),
            text(Column.DESCRIPTION),
            expression(Column.PRIORITY, "float8"),
            expression(Column.LABELS, "text[]"),
            text(Column.AUTHOR),
            expression(Column.DUE, "timestamptz"),
            expression(Column.UPDATED, "timestamptz"),
            (layout.created() ? "t.created_at::timestamptz" : "null::timestamptz") + " as created",
            blockers.isEmpty() ? "null::text[] as ids, null::text[] as titles" : "b.ids, b.titles")
        + " from "
        + layout.table()
        + " t "
        + blockers;
  }

  private String blocks() {
    String id = "o." + layout.column(Column.ID);
    String blockers = "t." + layout.column(Column.BLOCKED_BY);
    return layout.sameIds()
        ? id + " = any(" + blockers + ")"
        : id + "::text = any(" + blockers + "::text[])";
  }

  private String text(Column column) {
    return expression(column, "text");
  }

  private String expression(Column column, String type) {
    String value = layout.has(column) ? "t." + layout.column(column) : "null";
    return "%s::%s as %s".formatted(value, type, column);
  }

  /** Orders the most urgent first. */
  String order() {
    List<String> keys = new ArrayList<>();
    if (layout.has(Column.PRIORITY)) {
      keys.add("coalesce(t." + layout.column(Column.PRIORITY) + ", 0) desc");
    }
    if (layout.has(Column.DUE)) {
      keys.add("t." + layout.column(Column.DUE) + " nulls last");
    }
    if (layout.created()) {
      keys.add("t.created_at");
    }
    keys.add("t." + layout.column(Column.ID));
    return " order by " + String.join(", ", keys);
  }

  /**
   * The condition that a row is the task with this id, written exactly so: one task has one name.
   */
  String is(String alias, String parameter) {
    String id = (alias.isEmpty() ? "" : alias + ".") + layout.column(Column.ID);
    String cast = " = cast(" + parameter + " as " + layout.idType() + ")";
    return id + cast + " and " + id + "::text = " + parameter;
  }

  @Override
  public Task map(ResultSet row, StatementContext context) throws SQLException {
    return Task.of(
            row.getString("id"),
            Objects.requireNonNullElse(row.getString("title"), ""),
            names.standing(row.getString("status")))
        .description(Objects.requireNonNullElse(row.getString("description"), ""))
        .priority((int) row.getDouble("priority"))
        .labels(texts(row, "labels"))
        .author(author(row.getString("author")))
        .due(time(row, "due"))
        .updatedAt(time(row, "updated"))
        .createdAt(time(row, "created"))
        .blockers(blockers(row))
        .build();
  }

  static Optional<Author> author(String name) {
    return Optional.ofNullable(name)
        .filter(text -> !text.isBlank())
        .map(text -> new Author(text, Optional.empty(), text, false));
  }

  /** Empty for PostgreSQL's infinity too, which no calendar holds. */
  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .filter(time -> time.getYear() > 0 && time.getYear() <= LAST_YEAR)
        .map(OffsetDateTime::toInstant);
  }

  private static List<Blocker> blockers(ResultSet row) throws SQLException {
    List<String> ids = texts(row, "ids");
    List<String> titles = texts(row, "titles");
    List<Blocker> blockers = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      blockers.add(new Blocker(ids.get(i), titles.get(i)));
    }
    return blockers;
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null
        ? List.of()
        : Arrays.stream((Object[]) array.getArray())
            .filter(Objects::nonNull)
            .map(Object::toString)
            .toList();
  }
}
