package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlFailures;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** Every statement that reads tasks and comments. */
final class TaskReader {
  /** More open tasks than anybody works through; the rest comes as these are finished. */
  private static final int MOST = 50_000;

  /** How far the clock that stamps changes may lag: the server's own, and anybody's. */
  private static final long OUR_OVERLAP_MICROS = 5_000_000;

  private static final long OTHER_OVERLAP_MICROS = 600_000_000;

  private final Layout layout;
  private final Names names;
  private final TaskRows rows;
  private final String finding;

  TaskReader(Layout layout, Names names) {
    this.layout = layout;
    this.names = names;
    this.rows = new TaskRows(layout, names);
    this.finding = rows.select() + " where " + rows.is("t", ":id");
  }

  Poll poll(Handle handle, Optional<String> cursor) {
    return handle.inTransaction(ours -> {
      ours.execute(Connections.PLAN_EACH_TIME);
      return look(ours, cursor);
    });
  }

  private Poll look(Handle handle, Optional<String> cursor) {
    Cursor.Now now = now(handle);
    int print = print();
    Optional<Cursor> last = cursor.flatMap(Cursor::parse).filter(old -> old.fits(print, now));
    String next = last.map(old -> old.next(now)).orElse(Cursor.first(print, now)).toString();
    List<Comment> comments = last.map(old -> comments(handle, old)).orElse(List.of());
    if (last.isPresent() && layout.incremental()) {
      return new Poll(changed(handle, last.get()), comments, false, Optional.of(next));
    }
    List<Task> open = handle.createQuery(openSql()).map(rows).list();
    boolean whole = open.size() <= MOST;
    return new Poll(whole ? open : open.subList(0, MOST), comments, whole, Optional.of(next));
  }

  /** A cursor is of use for as long as the table and what we call things in it stay the same. */
  private int print() {
    return (layout.oid() + names.toString()).hashCode();
  }

  /** A snapshot knows how far transactions have ended; which number comes next, only age() does. */
  private static Cursor.Now now(Handle handle) {
    return handle
        .createQuery(
            """
            select (extract(epoch from statement_timestamp()) * 1000000)::bigint as time, open,
              ended + ((age('3'::xid)::bigint + 3 - ended) & 4294967295) as next
            from (select txid_snapshot_xmin(s.now) as open, txid_snapshot_xmax(s.now) as ended
              from (select txid_current_snapshot() as now) s) x\
            """)
        .map((row, context) ->
            new Cursor.Now(row.getLong("time"), row.getLong("open"), row.getLong("next")))
        .one();
  }

  String openSql() {
    return "%s where t.%s in %s %s limit %d"
        .formatted(
            rows.select(),
            layout.column(Column.STATUS),
            names.openStatuses(),
            rows.order(),
            MOST + 1);
  }

  private List<Task> changed(Handle handle, Cursor since) {
    return bound(handle.createQuery(changedSql()), since, layout.watched()).map(rows).list();
  }

  /** By an array of ids, which every planner looks up by the index, statistics or not. */
  String changedSql() {
    String id = layout.column(Column.ID);
    return """
    with changed as materialized (select t.%s as id from %s t where %s)
    %s where t.%s = any(array(%s)) %s\
    """
        .formatted(
            id,
            layout.table(),
            fresh(layout.column(Column.UPDATED)),
            rows.select(),
            id,
            touched(),
            rows.order());
  }

  /** What changed, and what waits for what changed. */
  private String touched() {
    if (!layout.has(Column.BLOCKED_BY)) {
      return "select id from changed";
    }
    String blockers = "w." + layout.column(Column.BLOCKED_BY);
    String overlaps =
        layout.sameIds()
            ? blockers + " && (select array_agg(id) from changed)"
            : blockers + "::text[] && (select array_agg(id::text) from changed)";
    return """
    select id from changed
    union select w.%s from %s w
      where exists(select from changed) and %s <> '{}' and %s\
    """
        .formatted(layout.column(Column.ID), layout.table(), blockers, overlaps);
  }

  /**
   * The upper bound, which excludes nothing, tells a planner without statistics that few rows
   * match. The last condition leaves out what the last poll saw: rows of transactions older than
   * any that was still running, in the ring of 32 bits in which rows keep them.
   */
  private static String fresh(String stamp) {
    return "t.%s between :floor and 'infinity'".formatted(stamp)
        + " and ((t.xmin::text::bigint - :open) & 4294967295) < 2147483648";
  }

  private static Query bound(Query query, Cursor since, boolean ours) {
    long floor = since.floor() - (ours ? OUR_OVERLAP_MICROS : OTHER_OVERLAP_MICROS);
    return query
        .bind("floor", Instant.EPOCH.plus(floor, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
        .bind("open", since.open());
  }

  private List<Comment> comments(Handle handle, Cursor since) {
    Optional<String> sql = commentsSql();
    boolean ours = layout.comments().filter(Layout.Comments::watched).isPresent();
    return sql.isEmpty()
        ? List.of()
        : bound(handle.createQuery(sql.get()), since, ours).map(CommentRows::map).list();
  }

  /** Empty where the table cannot say what is new. */
  Optional<String> commentsSql() {
    return layout
        .comments()
        .filter(Layout.Comments::incremental)
        .map(comments ->
            CommentRows.select(comments) + " where " + fresh("created_at") + CommentRows.ORDER);
  }

  Optional<Task> find(Handle handle, String id) {
    try {
      return handle.createQuery(finding).bind("id", id).map(rows).findFirst();
    } catch (JdbiException refused) {
      if (SqlFailures.impossibleValue(refused)) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  List<Comment> comments(Handle handle, String id, Optional<Instant> since) {
    if (layout.comments().isEmpty()) {
      return List.of();
    }
    Layout.Comments comments = layout.comments().get();
    try {
      return handle
          .createQuery(
              CommentRows.select(comments)
                  + " where t.task_id = cast(:id as "
                  + comments.taskType()
                  + ") and t.created_at >= :since"
                  + CommentRows.ORDER)
          .bind("id", id)
          .bind("since", since.orElse(Instant.EPOCH).atOffset(ZoneOffset.UTC))
          .map(CommentRows::map)
          .list();
    } catch (JdbiException refused) {
      if (SqlFailures.impossibleValue(refused)) {
        return List.of();
      }
      throw refused;
    }
  }
}
