package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.testkit.GivenValues;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A schema of its own in the server of all tests, and a person's way into it. */
final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String schema = "test_" + COUNT.incrementAndGet();
  private final EmbeddedServer server = TestServer.get();
  private final Connection person;
  private final List<PostgresQueue> queues = new ArrayList<>();
  private final List<String> roles = new ArrayList<>();

  TestDatabase() throws SQLException {
    person = DriverManager.getConnection(url(address()), server.user(), server.password().reveal());
    run("drop schema if exists " + schema + " cascade");
    run("create schema " + schema);
  }

  String schema() {
    return schema;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  /** Statements are sent in full each time, so that a proxy can read them. */
  String url(InetSocketAddress through) {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?currentSchema=%s"
            .formatted(through.getPort(), schema)
        + "&prepareThreshold=0";
  }

  /** Opens a queue with pairs of settings beside those that are needed to connect. */
  PostgresQueue queue(String... settings) {
    return queue(address(), settings);
  }

  PostgresQueue queue(InetSocketAddress through, String... settings) {
    Map<String, String> given = new HashMap<>(settings(through));
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    Desk desk = new Desk("tester", Path.of("target", "home"), InstantSource.system());
    PostgresQueue queue =
        (PostgresQueue) new PostgresQueueProvider().open(GivenValues.of(given), desk);
    queues.add(queue);
    return queue;
  }

  /** What is needed to connect. */
  Map<String, String> settings(InetSocketAddress through) {
    return Map.of(
        "POSTGRES_URL", url(through),
        "POSTGRES_USER", server.user(),
        "POSTGRES_PASSWORD", server.password().reveal());
  }

  /** Makes a user who has these rights on the tasks table, and none to create tables. */
  String roleThatMay(String rights) throws SQLException {
    String role = schema + "_role_" + COUNT.incrementAndGet();
    roles.add(role);
    run("create role " + role + " login password 'secret'");
    run("grant usage on schema " + schema + " to " + role);
    run("grant " + rights + " on tasks to " + role);
    return role;
  }

  PostgresQueue queueOf(String role) {
    return queue(address(), "POSTGRES_USER", role, "POSTGRES_PASSWORD", "secret");
  }

  /** Runs SQL as a person would, with text for its parameters. */
  int run(String sql, Object... parameters) throws SQLException {
    try (var statement = person.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
      return Math.max(0, statement.getUpdateCount());
    }
  }

  /** The first column of a query's answer. */
  List<String> ask(String sql, Object... parameters) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (var statement = person.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          answers.add(rows.getString(1));
        }
      }
    }
    return answers;
  }

  Connection person() {
    return person;
  }

  @Override
  public void close() throws SQLException {
    queues.forEach(PostgresQueue::close);
    try (Statement statement = person.createStatement()) {
      statement.execute("drop schema if exists " + schema + " cascade");
      for (String role : roles) {
        statement.execute("drop role " + role);
      }
    } finally {
      person.close();
    }
  }
}
