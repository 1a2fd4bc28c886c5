package dev.nightdesk.queue.postgres.tables;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the tables really have.
 *
 * @param oid which table it is, as long as it lives
 * @param table the tasks table, as SQL
 * @param idType the type of its ids, as SQL
 * @param columns the columns that are there and can be used, as SQL
 * @param created whether there is a time of making, {@code created_at}
 * @param sameIds whether the blockers are of the same type as the ids
 * @param watched whether our trigger keeps the time of each change and tells of it
 * @param incremental whether the table can say what changed since a time
 * @param comments where comments go; empty: to the result column
 * @param remarks what doctor should say
 */
public record Layout(
    long oid,
    String table,
    String idType,
    Map<Column, String> columns,
    boolean created,
    boolean sameIds,
    boolean watched,
    boolean incremental,
    Optional<Comments> comments,
    List<String> remarks) {

  /**
   * The comments table.
   *
   * @param table as SQL
   * @param taskType the type of its task_id, as SQL
   * @param author whether it has that column
   * @param incremental whether it can say what was written since a time
   * @param watched whether our trigger tells of new ones
   */
  public record Comments(
      String table, String taskType, boolean author, boolean incremental, boolean watched) {}

  public Layout {
    columns = Map.copyOf(columns);
    remarks = List.copyOf(remarks);
  }

  public boolean has(Column column) {
    return columns.containsKey(column);
  }

  /** A column's name as SQL; for a needed one, or one that {@link #has} found. */
  public String column(Column column) {
    return Optional.ofNullable(columns.get(column)).orElseThrow();
  }
}
