package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The default tables in a database of their own. */
record PostgresFixture(TestDatabase database) implements QueueFixture {
  @Override
  public InetSocketAddress address() {
    return database.address();
  }

  @Override
  public TaskQueue open(InetSocketAddress through) {
    return database.queue(through);
  }

  @Override
  public TaskQueue openImpatient(InetSocketAddress through) {
    String limits = "&connectTimeout=2&loginTimeout=2&socketTimeout=2";
    return database.queue(through, "POSTGRES_URL", database.url(through) + limits);
  }

  @Override
  public Map<String, String> settings(InetSocketAddress through) {
    return database.settings(through);
  }

  @Override
  public Person person() {
    return new SqlPerson(database);
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public String decisiveRequest() {
    return "COMMIT";
  }

  @Override
  public void close() throws IOException {
    try {
      database.close();
    } catch (SQLException broken) {
      throw new IOException(broken);
    }
  }

  /** Somebody with psql. */
  private record SqlPerson(TestDatabase database) implements Person {
    @Override
    public List<String> puts(List<Draft> drafts) throws SQLException {
      Connection connection = database.person();
      String sql =
          "insert into tasks (title, description, priority, due_at, labels, blocked_by)"
              + " values (?, ?, ?, ?, ?, ?::text[]::bigint[])";
      try (PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"})) {
        for (Draft draft : drafts) {
          insert.setString(1, draft.title());
          insert.setString(2, draft.description());
          insert.setInt(3, draft.priority());
          insert.setObject(4, draft.due().map(due -> due.atOffset(ZoneOffset.UTC)).orElse(null));
          insert.setObject(5, draft.labels().toArray(String[]::new));
          insert.setObject(6, draft.blockedBy().toArray(String[]::new));
          insert.addBatch();
        }
        insert.executeBatch();
        List<String> ids = new ArrayList<>();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          while (keys.next()) {
            ids.add(keys.getString(1));
          }
        }
        return ids;
      }
    }

    private void set(String id, String column, String value) throws SQLException {
      database.run("update tasks set " + column + " = ? where id::text = ?", value, id);
    }

    @Override
    public void closes(String id) throws SQLException {
      set(id, "status", "done");
    }

    @Override
    public void moves(String id, Standing to) throws SQLException {
      set(id, "status", Names.from(GivenValues.of(Map.of())).status(to));
    }

    @Override
    public void renames(String id, String title) throws SQLException {
      set(id, "title", title);
    }

    @Override
    public void labels(String id, String label) throws SQLException {
      database.run(
          "update tasks set labels = array_append(labels, ?) where id::text = ?", label, id);
    }

    @Override
    public void comments(String id, String text) throws SQLException {
      database.run(
          "insert into task_comments (task_id, author, body) values (?::bigint, 'ann', ?)",
          id,
          text);
    }

    @Override
    public void deletes(String id) throws SQLException {
      database.run("delete from tasks where id::text = ?", id);
    }
  }
}
