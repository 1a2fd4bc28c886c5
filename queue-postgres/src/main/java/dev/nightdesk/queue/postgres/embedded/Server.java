package dev.nightdesk.queue.postgres.embedded;

import dev.nightdesk.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of one folder: started, found again and stopped. {@link Tenancy} sees to it that only
 * one process at a time starts or stops it.
 *
 * <p>{@code pg_ctl} puts the server in a session of its own, so that neither Ctrl-C in the terminal
 * nor the end of the process that started it ends it.
 */
final class Server {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final Duration SLOW_START = Duration.ofMinutes(2);
  private static final Duration NO_ANSWER = Duration.ofSeconds(10);
  private static final String STARTING = "57P03";
  private static final String WRONG_PASSWORD = "28P01";
  private static final int TRIES = 3;
  private static final int LONGEST_LOG = 1 << 20;

  /** Small, and durable: what is committed survives a power cut. */
  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "shared_buffers=64MB",
          "max_wal_size=256MB",
          "wal_level=minimal",
          "max_wal_senders=0",
          "io_method=sync",
          "max_parallel_workers_per_gather=0",
          "log_checkpoints=off",
          "log_min_error_statement=panic");

  /** Where a running server is reached. */
  record Address(int port, Secret password) {}

  private final Path folder;
  private final Path serverLog;
  private final Cluster cluster;
  private final Program program;
  private final Child child;

  Server(Path folder, Path programs) {
    this(folder, programs, new Child(folder, List.of(Child.NAMESPACE, Child.OTHER_USER)));
  }

  Server(Path folder, Path programs, Child child) {
    this.folder = folder;
    this.serverLog = folder.resolve("server.log");
    this.cluster = new Cluster(folder);
    this.program = new Program(programs);
    this.child = child;
  }

  Path folder() {
    return folder;
  }

  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  void makeFolder() throws IOException, EmbeddedServerException {
    if (folder.toString().matches("(?s).*[\"$`\\\\\\n].*")) {
      throw EmbeddedServerException.lasting(
          "PostgreSQL cannot be started in "
              + folder
              + ": the path must be free of double quotes, $, ` and backslashes. Choose another"
              + " NIGHTDESK_HOME.");
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The server, if it runs and lets us in. */
  Optional<Address> answering() throws IOException {
    Optional<Integer> port = cluster.running().flatMap(PidFile::port);
    if (port.isEmpty()) {
      return Optional.empty();
    }
    Address address = new Address(port.get(), cluster.password());
    return refusal(address).isEmpty() ? Optional.of(address) : Optional.empty();
  }

  private static Optional<SQLException> refusal(Address address) {
    Properties login = new Properties();
    login.setProperty("user", Cluster.USER);
    login.setProperty("password", address.password().reveal());
    login.setProperty("loginTimeout", "5");
    login.setProperty("socketTimeout", "5");
    try (Connection open = new Driver().connect(url(address.port()), login)) {
      return open == null ? Optional.of(new SQLException("no connection")) : Optional.empty();
    } catch (SQLException refused) {
      return Optional.of(refused);
    }
  }

  /** Finds the running server, or starts it. */
  Address start() throws IOException, EmbeddedServerException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (cluster.running().isEmpty()) {
        launch();
      }
      Optional<Address> address = awaitAnswer();
      if (address.isPresent()) {
        return address.get();
      }
    }
    throw EmbeddedServerException.failed(folder, "stops as soon as it runs", logSince(0));
  }

  private void launch() throws IOException, EmbeddedServerException, InterruptedException {
    Path bin = program.unpacked().resolve("bin");
    if (!cluster.exists()) {
      cluster.setUp(bin, child);
    }
    Optional<PidFile> left = cluster.pidFile();
    if (left.isPresent()) {
      left.get().correct();
    }
    child.own(cluster.data());
    startAnewIfLong(serverLog);
    long end = System.nanoTime() + SLOW_START.toNanos();
    int port = freePort(cluster.lastPort());
    while (!launched(bin, port, System.nanoTime() > end)) {
      Thread.sleep(200);
      port = freePort(Optional.empty());
    }
    cluster.remember(port);
    log.info("event=embedded_postgres_started port={} folder=\"{}\"", port, folder);
  }

  private boolean launched(Path bin, int port, boolean last)
      throws IOException, EmbeddedServerException, InterruptedException {
    long from = Files.exists(serverLog) ? Files.size(serverLog) : 0;
    Child.Ended ended = child.run(SLOW_START, startCommand(bin, port));
    if (ended.code() == 0) {
      return true;
    }
    String said = logSince(from) + ended.said();
    boolean passes =
        said.contains("could not bind") || said.contains("shared memory block is still in use");
    if (last || !passes) {
      throw EmbeddedServerException.failed(folder, "did not start", said);
    }
    return false;
  }

  private List<String> startCommand(Path bin, int port) {
    StringBuilder options = new StringBuilder("-p " + port);
    SETTINGS.forEach(setting -> options.append(" -c ").append(setting));
    List<String> command = new ArrayList<>(List.of(bin.resolve("pg_ctl").toString(), "start"));
    command.addAll(List.of("-w", "-t", Long.toString(SLOW_START.toSeconds())));
    command.addAll(List.of("-D", cluster.data().toString(), "-l", serverLog.toString()));
    command.addAll(List.of("-o", options.toString()));
    return command;
  }

  private static int freePort(Optional<Integer> wish) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    if (wish.isPresent()) {
      try (ServerSocket socket = new ServerSocket(wish.get(), 1, loopback)) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        log.debug("event=port_taken port={}", wish.get());
      }
    }
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return socket.getLocalPort();
    }
  }

  private static void startAnewIfLong(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > LONGEST_LOG) {
      Files.delete(file);
    }
  }

  private String logSince(long from) throws IOException {
    if (!Files.exists(serverLog)) {
      return "";
    }
    byte[] all = Files.readAllBytes(serverLog);
    int start = (int) Math.min(from, all.length);
    return new String(all, start, all.length - start, StandardCharsets.UTF_8);
  }

  /** Empty where the server went away meanwhile, e.g. because a person stopped it. */
  private Optional<Address> awaitAnswer()
      throws IOException, EmbeddedServerException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Optional<PidFile> running = cluster.running();
      if (running.isEmpty()) {
        return Optional.empty();
      }
      Optional<SQLException> refusal = Optional.empty();
      Optional<Integer> port = running.get().port();
      if (port.isPresent()) {
        Address address = new Address(port.get(), cluster.password());
        refusal = refusal(address);
        if (refusal.isEmpty()) {
          return Optional.of(address);
        }
      }
      Duration patience = patience(refusal.map(SQLException::getSQLState).orElse(STARTING));
      if (System.nanoTime() - start > patience.toNanos()) {
        String why = refusal.map(SQLException::getMessage).orElse("it is still starting");
        throw EmbeddedServerException.failed(
            folder, "does not let us in (process " + running.get().pid() + ")", why);
      }
      Thread.sleep(20);
    }
  }

  /** A server that puts itself in order after a crash says so; a frozen one says nothing. */
  private static Duration patience(String refusal) {
    return switch (refusal) {
      case STARTING -> SLOW_START;
      case WRONG_PASSWORD -> Duration.ZERO;
      default -> NO_ANSWER;
    };
  }

  void stop() throws IOException, EmbeddedServerException, InterruptedException {
    if (cluster.running().isEmpty()) {
      return;
    }
    String pgCtl = program.unpacked().resolve("bin/pg_ctl").toString();
    String data = cluster.data().toString();
    Child.Ended ended =
        child.run(SLOW_START, List.of(pgCtl, "stop", "-w", "-t", "20", "-m", "fast", "-D", data));
    if (ended.code() != 0) {
      throw EmbeddedServerException.failed(folder, "did not stop", ended.said());
    }
    log.info("event=embedded_postgres_stopped folder=\"{}\"", folder);
  }
}
