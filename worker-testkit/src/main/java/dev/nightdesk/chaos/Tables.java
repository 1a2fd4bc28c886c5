package dev.nightdesk.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The database that the workers share, as an onlooker sees it. */
final class Tables implements AutoCloseable {
  private final Connection connection;

  Tables(Plan.Server at) throws SQLException {
    connection = DriverManager.getConnection(at.url(), at.user(), at.password());
  }

  /** Lets others log in than those of its own machine. */
  void letIn(String network) throws IOException, SQLException {
    Path file = Path.of(ask("show hba_file").getFirst());
    String line = "host all all " + network + " scram-sha-256\n";
    Files.writeString(file, line, StandardOpenOption.APPEND);
    ask("select pg_reload_conf()");
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of each row. */
  List<String> ask(String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
    }
    return answers;
  }

  int count(String sql) throws SQLException {
    return Integer.parseInt(ask(sql).getFirst());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
