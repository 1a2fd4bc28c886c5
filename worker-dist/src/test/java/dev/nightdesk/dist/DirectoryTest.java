package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The release on a folder that its user has, in the sandbox. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class DirectoryTest {
  private static final Pattern RECIPE = Pattern.compile("`(git [^`]+)`");

  @TempDir Path folder;

  private String git(Path in, String line) throws Exception {
    String all = "export GIT_CONFIG_GLOBAL=/dev/null; cd '%s' && %s".formatted(in, line);
    Outcome said = new Command(folder, List.of("sh", "-c", all)).run();
    assertThat(said.code()).as(said.out() + said.err()).isZero();
    return said.out().strip();
  }

  private Path repository() throws Exception {
    Path made = Files.createDirectory(folder.resolve("my project"));
    Files.writeString(made.resolve("readme.md"), "first\n");
    Files.writeString(made.resolve(".env"), "TOKEN=canary\n");
    git(
        made,
        "git init -q -b main && git add readme.md && git -c user.name=A -c user.email=a@b commit -q -m One");
    return made;
  }

  private static String recipe(String comment) {
    Matcher matcher = RECIPE.matcher(comment);
    assertThat(matcher.find()).as(comment).isTrue();
    return matcher.group(1);
  }

  @Test
  void bringsWhatTheAgentChangedBackForAPersonToTakeOver(EmbeddedServer server) throws Exception {
    Path project = repository();
    Stage desk = new Stage(folder, server).with("WORKER_SANDBOX", "on");
    desk.with("WORKER_DIRECTORY", project.toString());
    desk.withTables();
    desk.with(
        "COMMAND_AGENT",
        "sh -c 'cat >/dev/null; echo more >>readme.md; cat .env \"%s/.env\" 2>&1; echo done'"
            .formatted(project));
    long id = desk.insert("Add a line", "");

    Outcome checkup = desk.nightdesk("doctor").run();
    Outcome run = desk.nightdesk("run").run();

    assertThat(checkup.out()).contains("is a git repository: each run gets a clone");
    assertThat(run.code()).as(run.err()).isZero();
    String comment = desk.comments(id).getLast();
    assertThat(comment).contains("readme.md").doesNotContain("canary", ".git");
    git(project, recipe(comment));
    assertThat(
            git(
                project,
                "git show $(git for-each-ref --format='%(refname)' refs/heads/nightdesk):readme.md"))
        .isEqualTo("first\nmore");
    assertThat(project.resolve("readme.md")).hasContent("first");
    assertThat(git(project, "git status --porcelain")).isEqualTo("?? .env");
    assertThat(desk.nightdesk("prune", "--older-than", "0s").run().code()).isZero();
    assertThat(desk.home().resolve("workspaces")).isEmptyDirectory();
  }

  /** A git that waits until it may go on. */
  private Stage cloningSlowly(EmbeddedServer server) throws Exception {
    Path slow = Files.createDirectory(folder.resolve("slow")).resolve("git");
    Files.writeString(
        slow,
        "#!/bin/sh\nwhile ! [ -e '%s/go' ]; do sleep 0.05; done\n".formatted(folder)
            + "PATH=${PATH#*:} exec git \"$@\"\n");
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path project = repository();
    Stage desk = new Stage(folder, server).withTables();
    return desk.with("WORKER_DIRECTORY", project.toString())
        .with("PATH", slow.getParent() + ":" + System.getenv("PATH"));
  }

  private boolean isCloning() {
    String slow = folder.resolve("slow/git").toString();
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains(slow));
  }

  @Test
  void stopsWhileItClonesWhenItIsToldTo(EmbeddedServer server) throws Exception {
    Stage desk = cloningSlowly(server);
    long id = desk.insert("Never begun", "");
    Started watch = desk.nightdesk("watch").start();
    try {
      await().atMost(Stage.SOON).until(this::isCloning);

      desk.nightdesk("stop", "--why", "a test").run();

      await().atMost(Stage.SOON).until(() -> !isCloning());
      desk.awaitStatus(id, "pending");
      await()
          .atMost(Stage.SOON)
          .until(() -> desk.nightdesk("runs", "--json").run().out().contains("\"KILLED\""));
    } finally {
      watch.process().destroy();
      watch.await();
    }
  }

  @Test
  void goesOnByItselfAfterItWasFrozenWhileItCloned(EmbeddedServer server) throws Exception {
    Stage desk = cloningSlowly(server).with("JDK_JAVA_OPTIONS", "-Dnightdesk.heartbeat=1s");
    long id = desk.insert("Done at last", "");
    Started watch = desk.nightdesk("watch").start();
    try {
      await().atMost(Stage.SOON).until(this::isCloning);
      signal("STOP", watch.process());
      await().atMost(Stage.SOON).until(() -> !isCloning());
      Files.createFile(folder.resolve("go"));

      signal("CONT", watch.process());

      desk.awaitStatus(id, "review");
      assertThat(desk.comments(id)).anyMatch(text -> text.contains("frozen, or cut off"));
    } finally {
      signal("CONT", watch.process());
      watch.process().destroy();
      watch.await();
    }
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }
}
