package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an agent can see and do in the sandbox. */
@Execution(ExecutionMode.CONCURRENT)
class SandboxTest {
  static final Isolation.Level SANDBOX = Isolation.Level.SANDBOX;

  @TempDir Path folder;
  Stage stage;

  @BeforeEach
  void setStage() throws Exception {
    stage = new Stage(folder);
    Stage.isolation(SANDBOX); // says so where this machine has no bubblewrap
  }

  List<String> run(Launch launch) throws CannotStartException {
    List<String> lines = new ArrayList<>();
    try (ChildProcess child = stage.start(launch, SANDBOX)) {
      Ending ending = child.await(lines::add);
      assertThat(ending).as(child.lastErrorLine()).isInstanceOf(Ending.Exited.class);
    }
    return lines;
  }

  List<String> run(String script, Object... arguments) throws CannotStartException {
    return run(launch(script, arguments));
  }

  Launch launch(String script, Object... arguments) {
    List<String> words = new ArrayList<>(List.of("agent"));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return stage.shell(SANDBOX, script, words.toArray(String[]::new));
  }

  Path file(String name, String text) throws IOException {
    Path file = stage.root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void letsTheAgentWriteInItsWorkspaceHomeAndTmpOnly() throws Exception {
    Path outside = Files.createDirectories(stage.root.resolve("outside"));
    List<Path> places = new ArrayList<>();
    places.addAll(List.of(stage.workspace, stage.home, Path.of("/tmp"), outside, stage.secrets));
    for (String system :
        "/ /etc /usr /var /var/tmp /opt /root /home /run /sys /proc".split(" ", -1)) {
      places.add(Path.of(system));
    }
    String script = "for d in \"$@\"; do touch \"$d/written\" && echo \"$d\"; done";
    assertThat(run(script, places.toArray()))
        .containsExactly(stage.workspace.toString(), stage.home.toString(), "/tmp");
    assertThat(stage.workspace.resolve("written")).exists();
    assertThat(stage.home.resolve("written")).exists();
    assertThat(Path.of("/tmp/written")).doesNotExist();
  }

  @Test
  void hidesHomesSocketsAndNightdesksOwnFiles() throws Exception {
    file("nightdesk/ledger.db", "secret");
    String script = "ls -A /root /home; ls -A \"$1\"; cat \"$2\" \"$1/ledger.db\"; ls /run";
    assertThat(run(script, stage.root.resolve("nightdesk"), stage.input()))
        .doesNotContain("the prompt", "secret", "ledger.db", "runs", "user", "docker.sock", "dbus")
        .startsWith("/home:", "", "/root:", "homes", "workspaces");
  }

  @Test
  void hasATmpOfItsOwn() throws Exception {
    Path other = Files.createTempFile("nightdesk", ".test");
    try {
      assertThat(run("ls -A /tmp; echo $TMPDIR; ls \"$1\"", other)).endsWith("/tmp");
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void showsWhatIsReadableAndLendsWhatIsWritable() throws Exception {
    Path docs = stage.root.resolve("nightdesk/docs");
    file("nightdesk/docs/read.txt", "text");
    Path data = Files.createDirectories(stage.root.resolve("data"));
    Launch launch =
        launch("cat \"$1/read.txt\"; touch \"$1/new\"; echo x > \"$2/new\"", docs, data);
    assertThat(run(launch.withReadable(docs).withWritable(data))).containsExactly("text");
    assertThat(docs.resolve("new")).doesNotExist();
    assertThat(data.resolve("new")).exists();
  }

  @Test
  void hidesWhatIsHiddenInsideOfWhatIsVisible() throws Exception {
    Path project = stage.root.resolve("project");
    file("project/code.txt", "code\n");
    Path secret = file("project/.env", "KEY=secret\n");
    file("project/private/key", "secret\n");
    Launch launch = launch("cd \"$1\"; cat code.txt .env private/key; echo x > .env", project);
    Containment old = launch.containment();
    Containment containment =
        new Containment(
            true,
            List.of(),
            List.of(),
            List.of(secret, project.resolve("private"), stage.root.resolve("nightdesk")),
            Map.of(),
            old.silence(),
            old.pulse(),
            Allowance.ALL);
    Launch hiding =
        new Launch(
            launch.command(),
            launch.environment(),
            new Launch.Places(
                launch.places().workspace(), launch.places().home(), List.of(), List.of(project)),
            launch.streams(),
            containment,
            Launch.Needs.NONE);
    assertThat(run(hiding)).containsExactly("code");
    assertThat(secret).hasContent("KEY=secret\n");
  }

  @Test
  void showsTheFolderOfAProgramThatLiesInAHiddenPlace() throws Exception {
    Path program = file("nightdesk/tools/v1/agent", "#!/bin/sh\ncat \"$(dirname \"$0\")/part\"\n");
    file("nightdesk/tools/v1/part", "part\n");
    assertThat(run(stage.launch(SANDBOX, List.of(program.toString())))).containsExactly("part");
  }

  @Test
  void followsTheLinksThatLeadToAProgramInAHiddenPlace() throws Exception {
    file(
        "nightdesk/tools/v1/agent",
        "#!/bin/sh\necho \"$0\"; ls \"$(dirname \"$(readlink -f $0)\")\"\n");
    Path current =
        Files.createSymbolicLink(stage.root.resolve("nightdesk/tools/current"), Path.of("v1"));
    Path bin = Files.createDirectories(stage.root.resolve("nightdesk/bin"));
    Path link = Files.createSymbolicLink(bin.resolve("agent"), current.resolve("agent"));
    assertThat(run(stage.launch(SANDBOX, List.of(link.toString()))))
        .containsExactly(link.toString(), "agent");
  }

  @Test
  void showsNoMoreThanTheProgramWhereItLiesDirectlyInAHiddenPlace() throws Exception {
    Path program = file("nightdesk/agent", "#!/bin/sh\nls \"$(dirname \"$0\")\"\n");
    file("nightdesk/secret", "secret");
    assertThat(run(stage.launch(SANDBOX, List.of(program.toString()))))
        .containsExactly("agent", "homes", "workspaces");
  }

  @Test
  void showsNothingOfTheWorkersEnvironmentAndProcesses() throws Exception {
    assertThat(System.getenv()).containsKey("HOME");
    List<String> environments = run("cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls /proc/1/fd");
    assertThat(environments)
        .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("MAVEN"))
        .contains("PATH=" + Stage.PATH);
    assertThat(run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").toString()).doesNotContain("java");
  }

  @Test
  void leavesTheAgentNoPowers() throws Exception {
    assertThat(run("grep -E 'Cap(Prm|Eff|Bnd)|NoNewPrivs' /proc/self/status | cut -f2"))
        .containsExactly("0000000000000000", "0000000000000000", "0000000000000000", "1");
    assertThat(run("umount /root; umount /run; ls -A /root")).isEmpty();
    String rewrite = "f=/proc/sys/kernel/core_pattern; v=$(cat $f); echo \"$v\" > $f && echo done";
    assertThat(run(rewrite)).isEmpty();
  }

  @Test
  void leavesTheNetworkOpen() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String script = "exec 3<>/dev/tcp/127.0.0.1/$1 && echo connected";
      assertThat(run(script, server.getLocalPort())).containsExactly("connected");
    }
  }

  @Test
  void saysThatAProgramCannotBeRunInside() throws Exception {
    Path program = file("nightdesk/tools/agent", "#!" + file("nightdesk/python/bin", "") + "\n");
    assertThatThrownBy(() -> run(stage.launch(SANDBOX, List.of(program.toString()))))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            program
                + " cannot be started: execvp "
                + program
                + ": No such file or directory. What it needs of places that the sandbox hides can"
                + " be named in WORKER_READABLE.");
  }
}
