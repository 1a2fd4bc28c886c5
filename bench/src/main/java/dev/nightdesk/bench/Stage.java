package dev.nightdesk.bench;

import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.HeadStore;
import dev.nightdesk.gate.Bounds;
import dev.nightdesk.ledger.Heads;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.queue.postgres.PostgresQueueProvider;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Redaction;
import dev.nightdesk.worker.WorkerSpec;
import dev.nightdesk.worker.WorkerSpec.Authors;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import dev.nightdesk.worker.WorkerSpec.Registry;
import dev.nightdesk.worker.WorkerSpec.Surroundings;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A fresh folder with an embedded PostgreSQL in it, and what workers there are made of. */
final class Stage implements AutoCloseable {
  private static final BigDecimal DOLLARS = new BigDecimal(5);

  private final Path folder;
  private final EmbeddedServer server;
  private final Connection connection;
  private final Map<String, String> settings = new HashMap<>();

  Stage() throws Exception {
    folder = Files.createTempDirectory(Path.of(System.getProperty("bench.target")), "stage-");
    server = EmbeddedServer.use(folder);
    connection = connect();
    settings.putAll(
        Map.of(
            "PATH",
            System.getenv("PATH"),
            "HOME",
            folder.toString(),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "NIGHTDESK_HOME",
            folder.toString(),
            "WORKER_QUEUE",
            "postgres",
            "WORKER_AGENT",
            "command",
            "COMMAND_AGENT",
            "echo done",
            "WORKER_SANDBOX",
            "off"));
  }

  /** The variables with which the whole program runs here. */
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  void set(Map<String, String> more) {
    settings.putAll(more);
  }

  Path folder() {
    return folder;
  }

  EmbeddedServer server() {
    return server;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(server.url(), server.user(), server.password().reveal());
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Waits until a query says so. */
  void await(String sql, String answer, Duration most) throws SQLException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    for (String now = ask(sql); !now.equals(answer); now = ask(sql)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(sql + " still says " + now + ", not " + answer);
      }
      Thread.sleep(50);
    }
  }

  /** A home's ledger: in the embedded server, or in a SQLite file. */
  Ledger ledger(Path home, boolean postgres) {
    String password = URLEncoder.encode(server.password().reveal(), StandardCharsets.UTF_8);
    String url = server.url() + "?user=" + server.user() + "&password=" + password;
    return Ledger.open(home, postgres ? Optional.of(url) : Optional.empty());
  }

  Office office(Path home, Ledger ledger) {
    return new Office(
        ledger,
        AuditLog.open(home.resolve("runs.jsonl"), new KeptIn(ledger.heads())),
        (worker, key, text) -> {
          throw new IllegalStateException("an alert: " + text);
        },
        new Redaction(List.of(server.password())),
        Timings.USUAL,
        (step, key) -> {});
  }

  /** The SQL queue over a table of this name. */
  TaskQueue queue(String table) {
    return new PostgresQueueProvider()
        .open(
            GivenValues.of(
                Map.of(
                    "POSTGRES_URL", server.url(),
                    "POSTGRES_USER", server.user(),
                    "POSTGRES_PASSWORD", server.password().reveal(),
                    "POSTGRES_TABLE", table,
                    "POSTGRES_COMMENTS_TABLE", table + "_comments")),
            new Desk(table, folder, Clock.systemUTC()));
  }

  WorkerSpec worker(Path home, TaskQueue queue, AgentRunner agent, int concurrency) {
    return new WorkerSpec(
        "worker",
        "postgres",
        queue,
        "scripted",
        agent,
        Duration.ofSeconds(30),
        concurrency,
        new RunLimits(Duration.ofMinutes(30), Optional.empty(), 200, DOLLARS, 1 << 20, 64L << 20),
        new Bounds(3, DOLLARS, new BigDecimal(20), Optional.empty(), Bounds.LOOP),
        Optional.empty(),
        new Expectations(false, List.of()),
        new Authors.Anyone(),
        new Surroundings(
            home,
            false,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Allowance.ALL),
        new Registry(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private record KeptIn(Heads heads) implements HeadStore {
    @Override
    public Optional<Head> get() {
      return heads.get().map(head -> new Head(head.lines(), head.sha256()));
    }

    @Override
    public void put(long lines, String sha256) {
      heads.put(lines, sha256);
    }
  }

  @Override
  public void close() throws SQLException, IOException {
    connection.close();
    server.close();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
