package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Allowance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory and processes of a run are bounded. */
class CeilingsTest {
  private static final long MB = 1L << 20;
  private static final Isolation.Level SANDBOX = Isolation.Level.SANDBOX;

  /** Takes 300 MB, piece by piece, and says so. */
  private static final String HOG =
      "perl -e 'my @a; push @a, \"x\" x (1<<20) for 1..300; print scalar(@a), \"\\n\"'";

  /** Starts 300 processes that stay, and tells how many. */
  private static final String CROWD =
      "perl -e 'for (1..300) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } $n++ }"
          + " print \"$n\\n\"; exit($n < 300)'";

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void setStage() throws Exception {
    stage = new Stage(folder);
  }

  private static void needsGroups() {
    assumeTrue(
        ControlGroups.available(),
        "NOT RUN, NOT TESTED on this machine: this user can make no control groups");
  }

  private static Allowance allowance(long memory, int processes) {
    return new Allowance(Allowance.ALL.network(), memory, processes);
  }

  private Ending run(Isolation.Level level, Allowance allowance, String script, List<String> said)
      throws Exception {
    try (ChildProcess child =
        stage.start(stage.within(allowance, stage.shell(level, script)), level)) {
      return child.await(said::add);
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.Level.class)
  void endsARunThatTakesTooMuchMemory(Isolation.Level level) throws Exception {
    needsGroups();
    List<String> said = new ArrayList<>();
    assertThat(run(level, allowance(150 * MB, 0), HOG, said))
        .isInstanceOfSatisfying(
            Ending.Exhausted.class,
            ending -> assertThat(ending.why()).contains("WORKER_MEMORY_LIMIT"));
    assertThat(said).isEmpty();
    assertThat(run(level, Allowance.ALL, HOG, said)).isEqualTo(new Ending.Exited(0));
    assertThat(said).containsExactly("300");
  }

  @ParameterizedTest
  @EnumSource(Isolation.Level.class)
  void letsARunStartOnlySoManyProcesses(Isolation.Level level) throws Exception {
    needsGroups();
    List<String> said = new ArrayList<>();
    assertThat(run(level, allowance(0, 64), CROWD, said))
        .isInstanceOfSatisfying(
            Ending.Exhausted.class,
            ending -> assertThat(ending.why()).contains("WORKER_PROCESS_LIMIT"));
    assertThat(Integer.parseInt(said.getFirst())).isBetween(40, 64);
    said.clear();
    assertThat(run(level, Allowance.ALL, CROWD, said)).isEqualTo(new Ending.Exited(0));
    assertThat(said).containsExactly("300");
  }

  @Test
  void outlivesAForkBombAndEndsIt() throws Exception {
    needsGroups();
    String bomb = "echo on; f() { f | f & }; while :; do f; done 2>/dev/null";
    Launch launch = stage.within(allowance(256 * MB, 100), stage.shell(SANDBOX, bomb));
    long begun;
    try (ChildProcess child = stage.start(launch, SANDBOX)) {
      List<String> lines = new ArrayList<>();
      while (lines.isEmpty()) {
        child.awaitExit(Duration.ofMillis(20), lines::add);
      }
      begun = System.nanoTime();
      child.stop(lines::add);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(Stage.alive(stage.workspace.toString())).isEmpty();
    assertThat(left()).isEmpty();
  }

  /** Groups of this process that are still there. */
  private static List<Path> left() throws Exception {
    String own = "nightdesk-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> all =
        Files.find(
            Path.of("/sys/fs/cgroup"), 6, (p, f) -> p.getFileName().toString().startsWith(own))) {
      return all.toList();
    }
  }

  @Test
  void boundsEachProcessWhereThereAreNoGroups() throws Exception {
    Isolation isolation = Stage.isolation(SANDBOX);
    Allowance allowance = allowance(150 * MB, 64);
    List<String> bounds = isolation.bounds(allowance);
    assertThat(bounds).contains("--data=" + 150 * MB);
    List<String> said = new ArrayList<>();
    try (ChildProcess child =
        ChildProcess.start(
            stage.shell(SANDBOX, HOG),
            isolation,
            new Fence(Optional.empty(), Optional.empty(), bounds))) {
      assertThat(child.await(said::add)).isNotEqualTo(new Ending.Exited(0));
      assertThat(child.lastErrorLine()).contains("Out of memory");
    }
    assertThat(said).isEmpty();
  }

  /** Not for root, whose processes the kernel does not count: then as some other user. */
  @Test
  void boundsTheNumberOfProcessesWhereThereAreNoGroups() throws Exception {
    Isolation own = Stage.isolation(SANDBOX);
    List<String> words = new ArrayList<>();
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      words.addAll(
          List.of(Programs.required("setpriv"), "--reuid=4711", "--regid=4711", "--clear-groups"));
      Files.setPosixFilePermissions(stage.root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    words.addAll(own.wrapper());
    Isolation isolation = new Isolation(SANDBOX, words);
    List<String> bounds = isolation.bounds(allowance(0, 64));
    assumeTrue(
        !bounds.isEmpty(),
        "NOT RUN, NOT TESTED on this machine: processes are not counted by user namespace");
    List<String> said = new ArrayList<>();
    try (ChildProcess child =
        ChildProcess.start(
            stage.shell(SANDBOX, CROWD),
            isolation,
            new Fence(Optional.empty(), Optional.empty(), bounds))) {
      assertThat(child.await(said::add)).isEqualTo(new Ending.Exited(1));
    }
    assertThat(Integer.parseInt(said.getFirst())).isBetween(40, 64);
  }

  @Test
  void saysWhatAProgramSaidInAFullWorkspace() throws Exception {
    Stage.isolation(SANDBOX);
    List<String> mount =
        List.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", stage.workspace.toString());
    assumeTrue(
        new ProcessBuilder(mount).start().waitFor() == 0,
        "NOT RUN, NOT TESTED on this machine: only root can mount a file system");
    try (ChildProcess child =
        stage.start(stage.shell(SANDBOX, "head -c 2M /dev/zero >a && echo fits"), SANDBOX)) {
      List<String> said = new ArrayList<>();
      assertThat(child.await(said::add)).isEqualTo(new Ending.Exited(1));
      assertThat(child.lastErrorLine()).contains("No space left on device");
      assertThat(said).isEmpty();
    } finally {
      new ProcessBuilder("umount", stage.workspace.toString()).start().waitFor();
    }
  }

  @Test
  void leavesNoCores() throws Exception {
    List<String> said = new ArrayList<>();
    run(SANDBOX, Allowance.ALL, "ulimit -c; ulimit -Hc", said);
    assertThat(said).containsExactly("0", "0");
  }

  @Test
  void findsGroupsOfBothGenerations() throws Exception {
    Path first = folder.resolve("first");
    Files.createDirectories(first.resolve("memory/mine"));
    Files.createDirectories(first.resolve("pids"));
    assertThat(ControlGroups.find(List.of("4:memory:/mine", "8:pids:/elsewhere", "0::/"), first))
        .containsExactly(first.resolve("memory/mine"), first.resolve("pids"));

    Path mounted = folder.resolve("second");
    Path second = Files.createDirectories(mounted.resolve("service"));
    String self = String.valueOf(ProcessHandle.current().pid());
    Files.writeString(second.resolve("cgroup.controllers"), "cpu memory pids\n");
    Files.writeString(second.resolve("cgroup.subtree_control"), "\n");
    Files.writeString(second.resolve("cgroup.procs"), self + "\n4711\n");
    List<String> own = List.of("0::/service");
    assertThat(ControlGroups.find(own, mounted)).as("another's as well").isEmpty();
    assertThat(second.resolve("cgroup.subtree_control")).hasContent("\n");

    Files.writeString(second.resolve("cgroup.procs"), self + "\n");
    assertThat(ControlGroups.find(own, mounted)).containsExactly(second);
    assertThat(second.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
    assertThat(second.resolve("nightdesk-worker/cgroup.procs")).hasContent(self);
  }

  @Test
  void takesAwayWhatDeadWorkersLeft() throws Exception {
    Path memory = Files.createDirectories(folder.resolve("memory"));
    Path pids = Files.createDirectories(folder.resolve("pids"));
    long own = ProcessHandle.current().pid();
    Files.createDirectories(memory.resolve("nightdesk-999999999-1"));
    Files.createDirectories(memory.resolve("nightdesk-" + own + "-1"));
    Files.createDirectories(pids.resolve("others-999999999-1"));
    ControlGroups.find(List.of("4:memory:/", "8:pids:/"), folder);
    assertThat(memory).isDirectoryNotContaining("glob:**999999999*").isNotEmptyDirectory();
    assertThat(pids).isNotEmptyDirectory();
  }
}
