package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A machine that lacks something: room, the right to write, bubblewrap. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class HomeFaultsTest {
  private static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Stage desk;

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    desk = new Stage(folder, server);
    Files.createDirectory(desk.home());
  }

  /** Starts the program after a line for sh that changes what is mounted, for it alone. */
  private Command nightdeskAfter(String line, String... args) throws Exception {
    Outcome trial = new Command(desk.folder(), wrapper(line + "; exec true")).run();
    assumeTrue(
        trial.code() == 0, "NOT TESTED on this machine, it lets nobody mount: " + trial.err());
    return desk.nightdeskIn(wrapper(line + "; exec \"$@\""), args);
  }

  private static List<String> wrapper(String line) {
    return List.of("unshare", "--map-root-user", "--mount", "sh", "-ec", line, "sh");
  }

  private String tinyHome() {
    return "mount -t tmpfs -o size=3m tmpfs '" + desk.home() + "'";
  }

  @Test
  void refusesAHomeThatCannotBeWritten() throws Exception {
    String home = "'" + desk.home() + "'";
    String line = "mount --bind " + home + " " + home + "; mount -o remount,bind,ro " + home;

    Outcome run = nightdeskAfter(line, "run").run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("NIGHTDESK_HOME: nothing can be written to " + desk.home())
        .contains("Read-only file system")
        .hasLineCount(1);
  }

  @Test
  void refusesToStartOnAFullDisk() throws Exception {
    String fill = "dd if=/dev/zero of='" + desk.home() + "/big' bs=64k 2>/dev/null || :";

    Outcome run = nightdeskAfter(tinyHome() + "; " + fill, "run").run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("NIGHTDESK_HOME: nothing can be written to " + desk.home())
        .contains("No space left on device", "Make room")
        .hasLineCount(1);
  }

  @Test
  void keepsAPaidRunWhoseAgentFilledTheDiskUntilThereIsRoomAgain() throws Exception {
    // The file stays where the agent wrote it, so the ledger on the same disk has no room either.
    desk.agent("cat >/dev/null; echo done; sleep 1; dd if=/dev/zero of=big 2>/dev/null; exit 0")
        .withTables();
    long id = desk.insert("Fill", "");

    Started watch = nightdeskAfter(tinyHome(), "watch").start();
    try {
      await()
          .atMost(Stage.SOON)
          .until(() ->
              Files.readString(watch.err()).contains("cannot be concluded yet")
                  || desk.status(id).equals("review"));
      Path inside = Path.of("/proc", String.valueOf(watch.process().pid()), "root");
      Path spaces = Path.of(inside + desk.home().resolve("workspaces").toString());
      try (var files = Files.walk(spaces)) {
        for (Path big : files.filter(file -> file.endsWith("big")).toList()) {
          Files.delete(big);
        }
      }
      desk.awaitStatus(id, "review");
      assertThat(desk.comments(id)).hasSize(2);
    } finally {
      watch.process().destroyForcibly();
    }
  }

  @Test
  void refusesToWorkWithoutBubblewrapAndNamesThePackage() throws Exception {
    desk.with("WORKER_SANDBOX", "on").withTables();
    long id = desk.insert("Never", "");
    for (String command : List.of("run", "watch")) {
      Outcome outcome = withoutBubblewrap(command).run();

      assertThat(outcome.code()).as(command).isEqualTo(2);
      assertThat(outcome.err())
          .contains("Install the package bubblewrap", "WORKER_SANDBOX=off")
          .doesNotContain("Exception", "\tat ");
    }
    assertThat(desk.status(id)).isEqualTo("pending");
    assertThat(withoutBubblewrap("doctor").run().out())
        .containsPattern("WRONG +WORKER_SANDBOX +.*Install the package bubblewrap");
  }

  @Test
  void showsTheDemoWithoutASandboxWhereThereIsNoneAndSaysSo() throws Exception {
    Outcome demo = withoutBubblewrap("demo").run();

    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out())
        .contains("The agent runs without a sandbox here", "Install the package bubblewrap")
        .contains("All three are in review");
  }

  private Command withoutBubblewrap(String command) throws Exception {
    return Files.exists(BUBBLEWRAP)
        ? nightdeskAfter("mount --bind /dev/null " + BUBBLEWRAP, command)
        : desk.nightdesk(command);
  }
}
