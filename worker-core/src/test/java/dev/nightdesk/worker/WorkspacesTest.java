package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nightdesk.worker.WorkerSpec.Expected;
import dev.nightdesk.worker.Workspaces.Left;
import dev.nightdesk.worker.Workspaces.LeftFile;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Workspaces workspaces;

  @SuppressWarnings("NullAway.Init")
  private Room room;

  @BeforeEach
  void prepareARoom() throws IOException {
    workspaces = new Workspaces(folder.resolve("home"));
    room = workspaces.prepare("run-1", "Do it.");
  }

  private void leave(String name, String content) throws IOException {
    Path file = room.workspace().resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, content);
  }

  private Left left(Expected... expected) {
    return workspaces.left(room, List.of(expected), Optional.empty());
  }

  private static List<String> names(Left left) {
    return left.files().stream().map(file -> file.path().toString()).toList();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void givesEveryRunFoldersOfItsOwnThatNobodyElseReads() throws IOException {
    Path home = folder.resolve("home");
    assertThat(room.workspace()).isEqualTo(home.resolve("workspaces/run-1"));
    assertThat(room.home()).isEqualTo(home.resolve("workspaces/run-1.home"));
    assertThat(room.record()).isEqualTo(home.resolve("runs/run-1"));
    for (Path made : List.of(room.workspace(), room.home(), room.record())) {
      assertThat(permissions(made)).isEqualTo("rwx------");
      assertThat(permissions(made.resolveSibling("."))).isEqualTo("rwx------");
    }
    assertThat(permissions(home)).isEqualTo("rwx------");
    assertThat(permissions(room.prompt())).isEqualTo("rw-------");
    assertThat(room.prompt()).hasContent("Do it.");
  }

  @Test
  void writesPrivateFilesAgainAndThroughNoLink() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "untouched");
    Files.createSymbolicLink(room.result(), other);

    Workspaces.write(room.result(), "long result");
    Workspaces.write(room.result(), "short");

    assertThat(room.result()).hasContent("short");
    assertThat(permissions(room.result())).isEqualTo("rw-------");
    assertThat(other).hasContent("untouched");
  }

  @Test
  void writesWhatIsNotQuiteText() throws IOException {
    assertThat(workspaces.prepare("run-2", "Half \ud83d here").prompt()).hasContent("Half ? here");
  }

  @Test
  void listsWhatARunLeftByItsName() throws IOException {
    leave("b.md", "bb");
    leave("a/c.md", "c");

    assertThat(left().files())
        .extracting(file -> file.path().toString(), LeftFile::bytes)
        .containsExactly(tuple("a/c.md", 1L), tuple("b.md", 2L));
    assertThat(left().missing()).isEmpty();
  }

  @Test
  void followsNoLinkAndCountsOnlyFiles() throws Exception {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.writeString(secret.resolve("token.md"), "secret");
    Files.createSymbolicLink(room.workspace().resolve("folder"), secret);
    Files.createSymbolicLink(room.workspace().resolve("link.md"), secret.resolve("token.md"));
    Files.createSymbolicLink(room.workspace().resolve("loop"), room.workspace());
    shell("mkfifo pipe.md");
    leave("real.md", "x");

    assertThat(names(left())).containsExactly("real.md");
    assertThat(left(new Expected("link.md", 0), new Expected("pipe.md", 0)).missing())
        .containsExactly("link.md", "pipe.md");
  }

  @Test
  void findsNothingWhereTheWorkspaceIsGoneOrALink() throws IOException {
    Files.delete(room.workspace());
    assertThat(left().files()).isEmpty();

    Files.writeString(folder.resolve("token"), "secret");
    Files.createSymbolicLink(room.workspace(), folder);
    assertThat(left().files()).isEmpty();
  }

  @Test
  void saysWhichExpectationsAreNotMet() throws IOException {
    leave("report.md", "x".repeat(2_000));
    leave("data/one.csv", "1");

    assertThat(
            left(
                    new Expected("*.md", 2_000),
                    new Expected("data/*.csv", 1),
                    new Expected("**/*.csv", 0),
                    new Expected("report.{md,txt}", 0))
                .missing())
        .isEmpty();
    assertThat(
            left(
                    new Expected("report.md", 2_001),
                    new Expected("*.csv", 0),
                    new Expected("report.md", 3 << 20),
                    new Expected("data/one.csv", 2))
                .missing())
        .containsExactly(
            "report.md of at least 2 KB",
            "*.csv",
            "report.md of at least 3.0 MB",
            "data/one.csv of at least 2 B");
  }

  @Test
  void findsAnExpectedFileAmongThousands() throws IOException {
    for (int n : IntStream.range(0, 3_000).toArray()) {
      Files.createFile(room.workspace().resolve("f" + n));
    }
    leave("deep/er/report.md", "x");

    Left left = left(new Expected("deep/er/report.md", 1), new Expected("f2999", 0));

    assertThat(left.missing()).isEmpty();
    assertThat(left.files()).hasSize(3_001);
  }

  @Test
  void seesPastFoldersThatItCannotOpen() throws Exception {
    leave("a.md", "a");
    leave("z.md", "z");
    // Deeper than a path may be long, which an agent can make by going there step by step.
    shell(
        "cd -P . && i=0; while [ $i -lt 25 ]; do n=$(printf 'd%0200d' $i);"
            + " mkdir $n && cd -P $n || exit 1; echo x > file; i=$((i+1)); done");
    shell("mkdir locked && echo x > locked/file && chmod 000 locked"); // root opens that, too
    try {
      assertThat(names(left())).contains("a.md", "z.md").hasSizeLessThan(28);
    } finally {
      shell("chmod 700 locked; rm -rf d* locked");
    }
  }

  @Test
  void copesWithEveryNameThatAFileCanHave() throws Exception {
    leave("new\nline.md", "1");
    leave("-rf *$(x)`y`.md", "2");
    leave("\u202egnp.md", "3");
    leave("n".repeat(250), "4");
    shell("printf 5 > \"$(printf '\\377.md')\"");
    Path to = folder.resolve("out");

    Left left = left(new Expected("*.md", 0));
    List<Path> copied = workspaces.copyOut(room, left, List.of(), Optional.of(to));

    assertThat(left.files()).hasSize(5);
    assertThat(left.missing()).isEmpty();
    assertThat(copied).hasSize(5);
    assertThat(to.resolve("new\nline.md")).hasContent("1");
    try (var files = Files.list(to)) {
      assertThat(files).hasSize(5);
    }
  }

  private void shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(room.workspace().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
