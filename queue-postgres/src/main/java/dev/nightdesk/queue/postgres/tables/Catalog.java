package dev.nightdesk.queue.postgres.tables;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What PostgreSQL's own catalogs say about a table. */
public final class Catalog {

  /**
   * A table.
   *
   * @param rows whether rows have a transaction number, as in a real table
   * @param columns by name, in the table's order
   */
  public record Table(long oid, SqlName name, boolean rows, Map<String, Type> columns) {
    public Table {
      columns = new LinkedHashMap<>(columns);
    }
  }

  /**
   * A column's type.
   *
   * @param name PostgreSQL's name of it, such as int8
   * @param sql the same, safe to write into SQL
   * @param category PostgreSQL's one letter for what kind it is
   * @param elementSql the type of an array's elements; else empty
   * @param elementCategory likewise
   */
  public record Type(
      String name, String sql, String category, String elementSql, String elementCategory) {}

  private final Handle handle;

  public Catalog(Handle handle) {
    this.handle = handle;
  }

  public Optional<Table> find(SqlName name) {
    return handle
        .createQuery(
            """
            select c.oid::bigint as oid, n.nspname, c.relname, c.relkind in ('r', 'p') as rows
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.oid = to_regclass(:name)\
            """)
        .bind("name", name.quoted())
        .map((row, context) ->
            new Table(
                row.getLong("oid"),
                new SqlName(List.of(row.getString("nspname"), row.getString("relname"))),
                row.getBoolean("rows"),
                columns(row.getLong("oid"))))
        .findOne();
  }

  private Map<String, Type> columns(long oid) {
    Map<String, Type> columns = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select a.attname, t.typname, t.typcategory::text as category,
              quote_ident(tn.nspname) || '.' || quote_ident(t.typname) as sql,
              coalesce(quote_ident(en.nspname) || '.' || quote_ident(e.typname), '') as element,
              coalesce(e.typcategory::text, '') as element_category
            from pg_attribute a
              join pg_type t on t.oid = a.atttypid
              join pg_namespace tn on tn.oid = t.typnamespace
              left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
              left join pg_namespace en on en.oid = e.typnamespace
            where a.attrelid = :oid and a.attnum > 0 and not a.attisdropped
            order by a.attnum\
            """)
        .bind("oid", oid)
        .map((row, context) ->
            Map.entry(
                row.getString("attname"),
                new Type(
                    row.getString("typname"),
                    row.getString("sql"),
                    row.getString("category"),
                    row.getString("element"),
                    row.getString("element_category"))))
        .forEach(column -> columns.put(column.getKey(), column.getValue()));
    return columns;
  }

  /** Whether our trigger is on the table and switched on. */
  public boolean watched(Table table) {
    return yes(
        """
        exists(select from pg_trigger
          where tgrelid = :oid and tgname = 'nightdesk_changed' and tgenabled in ('O', 'A'))\
        """,
        table,
        "");
  }

  /** Whether no two rows can have the same value in a column. */
  public boolean unique(Table table, String column) {
    return yes(
        """
        exists(select from pg_index i
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
          where i.indrelid = :oid and i.indisunique and i.indisvalid and i.indnkeyatts = 1
            and i.indpred is null and a.attname = :text)\
        """,
        table,
        column);
  }

  /** Whether we have a right on the table: select, insert or update. */
  public boolean may(Table table, String right) {
    return yes("has_table_privilege(:oid::oid, :text)", table, right);
  }

  /** Whether we may change a column. */
  public boolean mayUpdate(Table table, String column) {
    return yes("has_column_privilege(:oid::oid, :text, 'update')", table, column);
  }

  /** Whether we may make a table of this name. */
  public boolean mayCreate(SqlName name) {
    return handle
        .createQuery(
            "select coalesce(has_schema_privilege(coalesce(:schema, current_schema()), 'create'),"
                + " false)")
        .bind("schema", name.schema().orElse(null))
        .mapTo(Boolean.class)
        .one();
  }

  private boolean yes(String question, Table table, String text) {
    return handle
        .createQuery("select " + question + " and :text is not null")
        .bind("oid", table.oid())
        .bind("text", text)
        .mapTo(Boolean.class)
        .one();
  }

  /** Where a table without a schema in its name would be made. */
  public Optional<String> currentSchema() {
    return handle.createQuery("select current_schema()").mapTo(String.class).findOne();
  }

  /** Runs statements just as they are, in one transaction that no other nightdesk is in. */
  public void create(List<String> statements) throws SQLException {
    try (Statement statement = handle.getConnection().createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Waits, until the transaction ends, for every other nightdesk that makes tables here. */
  public void makeOthersWait() {
    handle.createQuery("select pg_advisory_xact_lock(7954601)::text").mapTo(String.class).one();
  }
}
