package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The release at work in a home of its own, without a sandbox unless a test says so: its worker on
 * tables of its own, in a PostgreSQL server that all tests share.
 */
final class Stage {
  static final Duration SOON = Duration.ofMinutes(2);

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Path folder;
  private final EmbeddedServer server;
  private final Map<String, String> variables = new HashMap<>();
  private final String table = "tasks_" + UUID.randomUUID().toString().replace("-", "");

  Stage(Path folder, EmbeddedServer server) throws IOException {
    this.folder = folder.toRealPath();
    this.server = server;
    variables.put("WORKER_QUEUE", "postgres");
    variables.put("WORKER_AGENT", "command");
    variables.put("WORKER_SANDBOX", "off");
    variables.put("WORKER_POLL_INTERVAL", "1s");
    variables.put("COMMAND_AGENT", "sh -c 'cat >/dev/null; echo done'");
    variables.put("POSTGRES_URL", server.url());
    variables.put("POSTGRES_USER", server.user());
    variables.put("POSTGRES_PASSWORD", server.password().reveal());
    variables.put("POSTGRES_TABLE", table);
    variables.put("POSTGRES_COMMENTS_TABLE", table + "_comments");
  }

  /** From now on this is set as well. */
  Stage with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** The agent: a line for sh, which finds this stage's folder in {@code $S}. */
  Stage agent(String line) throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("agent" + NUMBERS.incrementAndGet()),
            "#!/bin/sh\nS='" + folder + "'\n" + line + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return with("COMMAND_AGENT", "'" + script + "'");
  }

  Command nightdesk(String... args) {
    return nightdesk(Release.built(), args);
  }

  Command nightdesk(Release release, String... args) {
    return release.command(folder, args).with(variables);
  }

  /** The same inside something else that starts programs. */
  Command nightdeskIn(List<String> wrapper, String... args) {
    List<String> words = new ArrayList<>(wrapper);
    words.add(Release.built().root().resolve("bin/nightdesk").toString());
    words.addAll(List.of(args));
    return Release.built().environment(new Command(folder, words), folder).with(variables);
  }

  Path folder() {
    return folder;
  }

  Path home() {
    return folder.resolve("home");
  }

  String table() {
    return table;
  }

  EmbeddedServer server() {
    return server;
  }

  /** Makes the tables as the worker itself would, before it does. */
  Stage withTables() throws IOException, InterruptedException {
    var run = nightdesk("run").run();
    assertThat(run.code()).as(run.err()).isZero();
    return this;
  }

  Connection connection() throws SQLException {
    return DriverManager.getConnection(server.url(), server.user(), server.password().reveal());
  }

  /** Puts a task there with plain SQL, and answers its id. */
  long insert(String title, String description) throws SQLException {
    return insert(table, title, description);
  }

  long insert(String into, String title, String description) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement statement =
            connection.prepareStatement(
                "insert into " + into + "(title, description) values (?, ?) returning id")) {
      statement.setString(1, title);
      statement.setString(2, description);
      try (ResultSet id = statement.executeQuery()) {
        assertThat(id.next()).isTrue();
        return id.getLong(1);
      }
    }
  }

  void sql(String sql) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  String status(long id) throws SQLException {
    return strings("select status from " + table + " where id = " + id).getFirst();
  }

  /** What stands on the task, the oldest first. */
  List<String> comments(long id) throws SQLException {
    return strings(
        "select body from " + table + "_comments where task_id = " + id + " order by id");
  }

  List<String> strings(String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Connection connection = connection();
        PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  void awaitStatus(long id, String status) {
    await("task " + id + " is " + status).atMost(SOON).until(() -> status(id).equals(status));
  }

  /** Waits for a file that the agent makes; the program must still be there then. */
  void awaitFile(String name, Started program) {
    Path file = folder.resolve(name);
    await(name).atMost(SOON).until(() -> Files.exists(file) || !program.process().isAlive());
    assertThat(file).exists();
  }

  /** Whether a process has this text on its command line. */
  static boolean runs(String text) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains(text));
  }
}
