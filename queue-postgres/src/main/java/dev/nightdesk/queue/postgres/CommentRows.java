package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.spi.Comment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of the comments table as comments. */
final class CommentRows {
  static final String ORDER = " order by t.created_at, t.id";

  private CommentRows() {}

  /** Selects comments {@code t}; a condition may follow. */
  static String select(Layout.Comments comments) {
    return "select t.id::text as id, t.task_id::text as task_id, %s as author,"
            .formatted(comments.author() ? "t.author::text" : "null::text")
        + " t.body::text as body, t.entry_key::text as entry_key,"
        + " t.created_at::timestamptz as created from "
        + comments.table()
        + " t";
  }

  static Comment map(ResultSet row, StatementContext context) throws SQLException {
    return new Comment(
        row.getString("id"),
        row.getString("task_id"),
        TaskRows.author(row.getString("author")),
        Objects.requireNonNullElse(row.getString("body"), ""),
        TaskRows.time(row, "created").orElse(Instant.EPOCH),
        Optional.ofNullable(row.getString("entry_key")));
  }
}
