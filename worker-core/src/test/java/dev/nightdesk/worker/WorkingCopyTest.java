package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.worker.Workspaces.Changes;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingCopyTest {
  @TempDir Path temporary;

  private Path source = Path.of("");
  private Path home = Path.of("");

  @BeforeEach
  void makeAFolder() throws IOException {
    Path folder = temporary.toRealPath();
    home = folder.resolve("nightdesk");
    source = Files.createDirectories(folder.resolve("my work"));
    write(source, "readme.md", "first line\n");
    write(source, "src/main.c", "int main;\n");
    write(source, ".env", "TOKEN=canary\n");
    write(source, "src/.env.local", "TOKEN=canary\n");
    write(source, ".env.example", "TOKEN=\n");
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private Containment containment() {
    return new Containment(
        false,
        List.of(),
        List.of(),
        List.of(home),
        Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"),
        Duration.ofSeconds(30),
        System::nanoTime,
        Allowance.ALL);
  }

  private Room room(String run) throws IOException {
    return new Workspaces(home).prepare(run, "Do it.");
  }

  private WorkingCopy copy(Room room) {
    return new WorkingCopy(source, home, room, containment());
  }

  private WorkingCopy filled(Room room) throws IOException {
    WorkingCopy copy = copy(room);
    copy.fill(Optional.empty());
    return copy;
  }

  /** A git that knows nothing of this machine's. */
  private String git(Path folder, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of("-c", "user.name=Ann", "-c", "user.email=ann@example.org"));
    command.addAll(List.of(words));
    Path said = temporary.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process git = builder.start();
    assertThat(git.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(git.exitValue()).as("%s: %s", command, Files.readString(said)).isZero();
    return Files.readString(said).strip();
  }

  private void makeItARepository() throws Exception {
    git(source, "init", "-q", "-b", "main");
    git(source, "add", "-A", "-f");
    git(source, "commit", "-q", "-m", "One");
  }

  private List<String> files(Path folder) {
    return Workspaces.files(folder).stream()
        .map(file -> file.path().toString())
        .filter(name -> !name.startsWith(".git/"))
        .toList();
  }

  @Test
  void copiesAFolderWithoutItsSecrets() throws IOException {
    Files.createSymbolicLink(source.resolve("link"), Path.of("/etc/hosts"));
    write(source, "sub/.git/config", "[core]\n");
    write(source, "nightdesk/runs.jsonl", "{}");
    home = source.resolve("nightdesk");
    Room room = room("run-1");
    filled(room);

    assertThat(files(room.workspace())).containsExactly(".env.example", "readme.md", "src/main.c");
    assertThat(Files.readSymbolicLink(room.workspace().resolve("link")))
        .isEqualTo(Path.of("/etc/hosts"));
    assertThat(room.workspace().resolve("nightdesk")).doesNotExist();
    assertThat(room.workspace().resolve("sub/.git")).doesNotExist();
  }

  @Test
  void bringsBackWhatChangedInAFolderAsAPatch() throws Exception {
    Room room = room("run-1");
    WorkingCopy copy = filled(room);
    write(room.workspace(), "readme.md", "first line\nsecond line\n");
    Files.delete(room.workspace().resolve("src/main.c"));
    Files.write(room.workspace().resolve("picture"), new byte[] {0, 1, 2, -1});
    write(room.workspace(), ".gitignore", "picture\n");

    Changes changes = copy.bringBack().orElseThrow();

    assertThat(changes.file()).isEqualTo(room.record().resolve("changes.patch"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(changes.file())))
        .isEqualTo("rw-------");
    assertThat(changes.recipe()).isEqualTo("git apply '" + changes.file() + "'");
    git(source, "apply", changes.file().toString());
    assertThat(source.resolve("readme.md")).hasContent("first line\nsecond line\n");
    assertThat(source.resolve("src/main.c")).doesNotExist();
    assertThat(source.resolve("picture")).hasBinaryContent(new byte[] {0, 1, 2, -1});
  }

  @Test
  void bringsNothingBackWhereNothingChanged() throws Exception {
    assertThat(filled(room("run-1")).bringBack()).isEmpty();
    makeItARepository();
    assertThat(filled(room("run-2")).bringBack()).isEmpty();
  }

  @Test
  void clonesARepositoryThatSharesNothingWithIt() throws Exception {
    makeItARepository();
    Room room = room("run-1");
    filled(room);

    assertThat(files(room.workspace())).containsExactly(".env.example", "readme.md", "src/main.c");
    assertThat(git(room.workspace(), "status", "--porcelain")).isEmpty();
    assertThat(git(room.workspace(), "remote")).isEmpty();
    assertThat(git(room.workspace(), "symbolic-ref", "--short", "HEAD"))
        .isEqualTo("nightdesk/run-1");
    assertThat(room.workspace().resolve(".git/objects/info/alternates")).doesNotExist();
    assertThat(room.workspace().resolve(".git/hooks")).doesNotExist();
  }

  @Test
  void bringsBackCommitsAndWhatWasNotCommittedAsABundle() throws Exception {
    makeItARepository();
    Room room = room("run-1");
    WorkingCopy copy = filled(room);
    write(room.workspace(), "readme.md", "committed\n");
    git(room.workspace(), "commit", "-q", "-a", "-m", "Two");
    git(room.workspace(), "switch", "-q", "-c", "elsewhere");
    write(room.workspace(), "new.md", "not committed\n");

    Changes changes = copy.bringBack().orElseThrow();

    assertThat(changes.recipe())
        .isEqualTo(
            "git fetch '%s' nightdesk/run-1:nightdesk/run-1"
                .formatted(room.record().resolve("changes.bundle")));
    git(source, "fetch", "-q", changes.file().toString(), "nightdesk/run-1:nightdesk/run-1");
    assertThat(git(source, "log", "--format=%s", "nightdesk/run-1"))
        .isEqualTo("Work of run-1 that was not committed\nTwo\nOne");
    assertThat(git(source, "show", "nightdesk/run-1:new.md")).isEqualTo("not committed");
    assertThat(git(source, "ls-tree", "--name-only", "nightdesk/run-1", ".env"))
        .as("what was hidden is not deleted by that")
        .isEqualTo(".env");
  }

  @Test
  void goesOnFromTheRunBefore() throws Exception {
    Room first = room("run-1");
    WorkingCopy copy = filled(first);
    write(first.workspace(), "readme.md", "first line\nfrom the first run\n");
    copy.bringBack();

    Room second = room("run-2");
    WorkingCopy next = copy(second);
    next.fill(Optional.of(first));
    assertThat(second.workspace().resolve("readme.md"))
        .hasContent("first line\nfrom the first run\n");
    write(second.workspace(), "more.md", "from the second run\n");
    assertThat(Files.readString(next.bringBack().orElseThrow().file()))
        .contains("+from the first run", "+from the second run");
  }

  @Test
  void goesOnFromTheCommitsOfTheRunBefore() throws Exception {
    makeItARepository();
    Room first = room("run-1");
    WorkingCopy copy = filled(first);
    write(first.workspace(), "new.md", "from the first run\n");
    copy.bringBack();

    Room second = room("run-2");
    WorkingCopy next = copy(second);
    next.fill(Optional.of(first));
    assertThat(second.workspace().resolve("new.md")).hasContent("from the first run");
    write(second.workspace(), "more.md", "from the second run\n");
    Changes changes = next.bringBack().orElseThrow();
    git(source, "fetch", "-q", changes.file().toString(), "nightdesk/run-2:nightdesk/run-2");
    assertThat(git(source, "ls-tree", "--name-only", "nightdesk/run-2"))
        .contains("new.md", "more.md");
  }

  @Test
  void startsNothingThatAnAgentPutIntoItsRepository() throws Exception {
    makeItARepository();
    Room room = room("run-1");
    WorkingCopy copy = filled(room);
    Path proof = temporary.resolve("proof");
    String trap = "#!/bin/sh\ntouch '" + proof + "'\n";
    for (String hook : List.of("pre-commit", "post-commit", "post-index-change")) {
      write(room.workspace(), ".git/hooks/" + hook, trap);
      Files.setPosixFilePermissions(
          room.workspace().resolve(".git/hooks/" + hook),
          PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    git(room.workspace(), "config", "core.fsmonitor", "touch '" + proof + "'; false");
    git(room.workspace(), "config", "commit.gpgsign", "true");
    git(room.workspace(), "config", "gpg.program", "touch '" + proof + "'; false");
    Files.deleteIfExists(proof);
    write(room.workspace(), "new.md", "new\n");

    assertThat(copy.bringBack()).isPresent();
    assertThat(proof).doesNotExist();
  }

  @Test
  void takesNoLinkForWhatGitWrote() throws Exception {
    Room room = room("run-1");
    WorkingCopy copy = filled(room);
    Path secret = Files.writeString(temporary.resolve("secret"), "canary");
    Files.createSymbolicLink(room.home().resolve(".nightdesk-changes"), secret);

    assertThat(copy.bringBack()).isEmpty();
    assertThat(secret).hasContent("canary");

    write(room.workspace(), "new.md", "new\n");
    Path kept = copy.bringBack().orElseThrow().file();
    assertThat(Files.isRegularFile(kept, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(secret).hasContent("canary");
  }

  @Test
  void stopsCopyingWhenItIsInterrupted() throws Exception {
    Room room = room("run-1");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> filled(room)).isInstanceOf(InterruptedIOException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(room.workspace()).isEmptyDirectory();
  }

  @Test
  void saysWhyItCannot() throws Exception {
    Room room = room("run-1");
    source = source.resolve("nowhere");
    assertThatThrownBy(() -> filled(room))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no folder");

    source = Files.createDirectories(temporary.toRealPath().resolve("broken/.git"));
    source = source.resolveSibling(".");
    assertThatThrownBy(() -> filled(room))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("git says: ");
  }
}
