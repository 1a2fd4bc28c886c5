package dev.nightdesk.queue.postgres.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedServerTest {
  private static final Path PROGRAMS = Path.of("target", "postgres").toAbsolutePath();

  @TempDir static Path stopped;
  @TempDir Path folder;

  @BeforeAll
  static void setOneUp() throws Exception {
    EmbeddedServer.use(stopped, PROGRAMS).close();
  }

  /** Spares most tests the second that setting up takes. */
  private void copyTheOneSetUp() throws IOException {
    try (Stream<Path> files = Files.walk(stopped)) {
      for (Path file : files.filter(any -> !any.equals(stopped)).toList()) {
        Path copy = folder.resolve(stopped.relativize(file));
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @AfterEach
  void endWhatATestLeft() throws IOException {
    new Cluster(folder).running().ifPresent(left -> processOf(left).destroyForcibly());
  }

  @Test
  void sharesOneServerAmongProcessesThatStartAtOnceAndStopsItWithTheLast() throws Exception {
    try (Tenant one = Tenant.start(folder, PROGRAMS);
        Tenant two = Tenant.start(folder, PROGRAMS);
        EmbeddedServer here = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(List.of(one.port(), two.port())).containsOnly(here.port());
      one.leave();
      two.leave();
      run(here, "select 1");
    }
    assertThat(new Cluster(folder).pidFile()).isEmpty();
  }

  @Test
  void goesOnWhileAnotherProcessUsesIt() throws Exception {
    copyTheOneSetUp();
    try (Tenant other = Tenant.start(folder, PROGRAMS)) {
      int port = other.port();
      EmbeddedServer.use(folder, PROGRAMS).close();
      assertThat(new Cluster(folder).running().flatMap(PidFile::port)).contains(port);
      other.leave();
    }
    assertThat(new Cluster(folder).pidFile()).isEmpty();
  }

  @Test
  void findsTheServerThatAKilledProcessLeftBehind() throws Exception {
    copyTheOneSetUp();
    ProcessHandle left;
    int port;
    try (Tenant killed = Tenant.start(folder, PROGRAMS)) {
      port = killed.port();
      left = running();
      killed.kill();
    }
    assertThat(left.isAlive()).isTrue();
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(running()).isEqualTo(left);
    }
    await().atMost(10, SECONDS).until(() -> !left.isAlive());
  }

  @Test
  void startsAgainWithEverythingCommittedAfterEverythingWasKilled() throws Exception {
    copyTheOneSetUp();
    try (Tenant killed = Tenant.start(folder, PROGRAMS)) {
      killed.port();
      try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
        run(server, "create table kept as select 42 as answer");
      }
      killed.kill();
      running().destroyForcibly();
    }
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(run(server, "select answer from kept")).isEqualTo("42");
    }
  }

  @Test
  void startsThoughItsOldProcessNumberNowBelongsToAnother() throws Exception {
    copyTheOneSetUp();
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Files.write(
          folder.resolve("data/postmaster.pid"),
          List.of(Long.toString(other.pid()), folder.resolve("data").toString(), "1", "1", "", ""));
      try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
        run(server, "select 1");
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void startsAfterACrashCutItsPidFile() throws Exception {
    copyTheOneSetUp();
    Files.write(folder.resolve("data/postmaster.pid"), new byte[20]);
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      run(server, "select 1");
    }
  }

  @Test
  void setsUpAgainWhatWasCutOffHalfway() throws Exception {
    Files.createDirectories(folder.resolve("data.new/base"));
    Files.writeString(folder.resolve("data.new/PG_VERSION"), "18");
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      run(server, "select 1");
    }
  }

  @Test
  void startsAnotherWhenTheOneInUseDied() throws Exception {
    copyTheOneSetUp();
    try (EmbeddedServer first = EmbeddedServer.use(folder, PROGRAMS)) {
      ProcessHandle died = running();
      died.destroyForcibly();
      await().atMost(10, SECONDS).until(() -> !died.isAlive());
      try (EmbeddedServer second = EmbeddedServer.use(folder, PROGRAMS)) {
        assertThat(second.port()).isEqualTo(first.port());
        run(second, "select 1");
      }
    }
    assertThat(new Cluster(folder).pidFile()).isEmpty();
  }

  @Test
  void takesAnotherPortWhereItsOwnIsTaken() throws Exception {
    copyTheOneSetUp();
    int last = new Cluster(folder).lastPort().orElseThrow();
    try (var taken = new ServerSocket(last, 1, InetAddress.getLoopbackAddress());
        EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(server.port()).isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void hasASessionOfItsOwnSoThatCtrlCDoesNotReachIt() throws Exception {
    copyTheOneSetUp();
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(server.port()).isPositive();
      Process ps =
          new ProcessBuilder("ps", "-o", "sess=", "-p", Long.toString(running().pid())).start();
      String session = new String(ps.getInputStream().readAllBytes(), US_ASCII).strip();
      assertThat(session).isEqualTo(Long.toString(running().pid()));
    }
  }

  @Test
  void keepsItsPasswordFromOtherUsers() throws Exception {
    copyTheOneSetUp();
    try (EmbeddedServer server = EmbeddedServer.use(folder, PROGRAMS)) {
      assertThat(Files.getPosixFilePermissions(folder.resolve("password")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.readString(folder.resolve("server.log")))
          .doesNotContain(server.password().reveal());
      assertThat(running().info().commandLine().orElse(""))
          .doesNotContain(server.password().reveal());
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> DriverManager.getConnection(server.url(), server.user(), "wrong"));
    }
  }

  @Test
  void saysThatItsPasswordIsNotTheServers() throws Exception {
    copyTheOneSetUp();
    Files.writeString(folder.resolve("password"), "another");
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> EmbeddedServer.use(folder, PROGRAMS))
        .withMessageContaining("password authentication failed")
        .withMessageNotContaining("another");
  }

  @Test
  void saysWhatToDoWhereItsFolderCannotBeMade() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> EmbeddedServer.use(file.resolve("postgres"), PROGRAMS))
        .withMessageContaining("POSTGRES_URL")
        .matches(EmbeddedServerException::lasting);
  }

  @Test
  void worksWithSpacesInThePath() throws Exception {
    Path spaced = folder.resolve("with space, 'quote' & more");
    try (EmbeddedServer server = EmbeddedServer.use(spaced, PROGRAMS)) {
      run(server, "select 1");
    }
  }

  @Test
  @EnabledIf("isRoot")
  void worksForRootWithoutUserNamespacesToo() throws Exception {
    copyTheOneSetUp();
    Server server = new Server(folder, PROGRAMS, new Child(folder, List.of(Child.OTHER_USER)));
    server.start();
    try {
      assertThat(Files.getAttribute(Path.of("/proc/" + running().pid()), "unix:uid"))
          .isEqualTo(65534);
    } finally {
      server.stop();
    }
    try (EmbeddedServer asBefore = EmbeddedServer.use(folder, PROGRAMS)) {
      run(asBefore, "select 1");
    }
  }

  @Test
  @EnabledIf("isRoot")
  void tellsRootWhatToDoWhereNothingWorks() {
    Child none = new Child(folder, List.of(List.of("false"), List.of("/no/such/program")));
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> new Server(folder, PROGRAMS, none).start())
        .withMessageContaining("normal user")
        .matches(EmbeddedServerException::lasting);
  }

  static boolean isRoot() throws IOException {
    return Child.root();
  }

  private ProcessHandle running() throws IOException {
    return processOf(new Cluster(folder).running().orElseThrow());
  }

  private static ProcessHandle processOf(PidFile file) {
    return ProcessHandle.of(Long.parseLong(file.pid())).orElseThrow();
  }

  private static String run(EmbeddedServer server, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.url(), server.user(), server.password().reveal());
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
