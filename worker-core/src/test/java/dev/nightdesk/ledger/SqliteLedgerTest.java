package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about a ledger in a file. */
class SqliteLedgerTest {
  @TempDir Path folder;

  private Ledger open(Path home) {
    return Ledger.open(home, Optional.empty(), InstantSource.system());
  }

  @Test
  void keepsItsFilesToTheOwner() throws IOException {
    Path home = folder.resolve("deep/home");
    try (Ledger ledger = open(home)) {
      ledger.switches().stop(Optional.empty(), "so that there is something in the files");
      assertThat(modeOf(home)).isEqualTo("rwx------");
      try (Stream<Path> files = Files.walk(home)) {
        assertThat(files.filter(Files::isRegularFile))
            .extracting(file -> file.getFileName().toString(), SqliteLedgerTest::modeOf)
            .extracting(tuple -> tuple.toList().get(0) + " " + tuple.toList().get(1))
            .contains(
                "home-id rw-------",
                "ledger.db rw-------",
                "ledger.db-wal rw-------",
                "ledger.db-shm rw-------")
            .allMatch(line -> line.endsWith(" rw-------"));
      }
    }
  }

  private static String modeOf(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void keepsItsHomesName() {
    Path home = folder.resolve("home");
    String first;
    try (Ledger ledger = open(home)) {
      first = ledger.homeId();
    }
    try (Ledger ledger = open(home);
        Ledger another = open(folder.resolve("another"))) {
      assertThat(ledger.homeId()).isEqualTo(first).isNotEqualTo(another.homeId());
      assertThat(ledger.clockOff()).isEmpty();
    }
  }

  @Test
  void letsThreadsStartOnAFreshHomeAtOnce() throws Exception {
    Path home = folder.resolve("home");
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Ledger>> opening =
          IntStream.range(0, 8).mapToObj(n -> pool.submit(() -> open(home))).toList();
      Set<String> homes = new HashSet<>();
      for (Future<Ledger> one : opening) {
        try (Ledger ledger = one.get()) {
          homes.add(ledger.homeId());
          assertThat(ledger.switches().all()).isEmpty();
        }
      }
      assertThat(homes).hasSize(1);
    }
  }

  @Test
  void letsProcessesStartOnAFreshHomeAtOnceAndShareItsTasks() throws Exception {
    Path home = folder.resolve("home");
    List<WorkerProcess> workers = new ArrayList<>();
    try {
      for (int n = 0; n < 3; n++) {
        workers.add(new WorkerProcess(home, Optional.empty(), ExecutionsContract.SLOW));
      }
      for (WorkerProcess worker : workers) {
        worker.says("UP");
      }
      try (Ledger ledger = open(home)) {
        ledger.tasks().see("writer", OnePoll.of("1", "2", "3"), Optional.empty());
        try (Executions offering =
            ledger.executions(
                "writer", 1, ExecutionsContract.SLOW, (key, pulse) -> new Executions.Next.Done())) {
          IntStream.rangeClosed(1, 3)
              .forEach(n -> offering.offer(new TaskKey("writer", "" + n), 0));
        }
        // Whoever is told first must find nothing left to take.
        for (WorkerProcess worker : workers) {
          worker.says("BEGAN 1");
        }
        for (WorkerProcess worker : workers) {
          worker.tell();
          assertThat(worker.says("CONCLUDED")).startsWith("true");
        }
        assertThat(ledger.runs().list(Optional.empty(), 9)).hasSize(3);
      }
    } finally {
      workers.forEach(WorkerProcess::close);
    }
  }

  @Test
  void saysThatAHomeCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> open(file.resolve("home")))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("Cannot write in " + file.resolve("home"))
        .hasMessageContaining("NIGHTDESK_HOME");
  }

  @Test
  void saysThatTheFileIsDamaged() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("ledger.db"), "not a database at all".repeat(100));

    assertThatThrownBy(() -> open(home))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("ledger.db is damaged");
  }

  @Test
  void saysThatTheDiskIsFullAndGoesOnAfterIt() {
    try (Database database = Database.sqlite(folder.resolve("small.db"))) {
      database.together(handle ->
          handle.execute("create table stone (weight blob)")
              + handle.execute("pragma max_page_count = 20"));
      String insert = "insert into stone values (zeroblob(1000000))";

      assertThatThrownBy(() -> database.together(handle -> handle.execute(insert)))
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("disk is full")
          .hasMessageContaining("small.db");

      database.each(handle -> handle.execute("pragma max_page_count = 20000"));
      assertThat(database.<Integer>together(handle -> handle.execute(insert))).isOne();
    }
  }

  @Test
  void knowsTheNewestOfItsMigrations() throws IOException {
    for (String dialect : List.of("sqlite", "postgresql")) {
      try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/ledger", dialect))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .allMatch(name -> name.matches("V\\d+__\\w+\\.sql"))
            .hasSize(Schema.NEWEST);
      }
    }
  }
}
