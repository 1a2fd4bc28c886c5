package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.worker.WorkerSpec.Expected;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Workspaces workspaces;

  @SuppressWarnings("NullAway.Init")
  private Room room;

  private Path out = Path.of("");

  @BeforeEach
  void prepareARoom() throws IOException {
    workspaces = new Workspaces(folder.resolve("home"));
    out = folder.resolve("out");
    room = workspaces.prepare("run-1", "");
    leave("report.md", "new");
    leave("data/one.csv", "1");
  }

  private void leave(String name, String content) throws IOException {
    Path file = room.workspace().resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, content);
  }

  private List<Path> copyOut(Expected... expected) throws IOException {
    List<Expected> wanted = List.of(expected);
    return workspaces.copyOut(
        room, workspaces.left(room, wanted, Optional.empty()), wanted, Optional.of(out));
  }

  @Test
  void getsAllThatAGoodRunLeft() throws IOException {
    assertThat(copyOut()).containsExactly(out.resolve("data/one.csv"), out.resolve("report.md"));
    assertThat(out.resolve("report.md")).hasContent("new");
    assertThat(out.resolve("data/one.csv")).hasContent("1");
    assertThat(room.workspace().resolve("report.md")).exists();
  }

  @Test
  void getsOnlyWhatWasExpectedWhereSomethingWas() throws IOException {
    assertThat(copyOut(new Expected("*.md", 0))).containsExactly(out.resolve("report.md"));
    assertThat(out.resolve("data")).doesNotExist();
  }

  @Test
  void getsNothingWhereThereIsNone() throws IOException {
    assertThat(workspaces.copyOut(room, Given.files("report.md"), List.of(), Optional.empty()))
        .isEmpty();
  }

  @Test
  void keepsWhatIsThereAlready() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("report.md"), "old");

    assertThat(copyOut(new Expected("report.md", 0)))
        .containsExactly(out.resolve("report-run-1.md"));
    assertThat(out.resolve("report.md")).hasContent("old");
    assertThat(out.resolve("report-run-1.md")).hasContent("new");
  }

  @Test
  void getsNoSecondCopyOfTheSame() throws IOException {
    List<Path> first = copyOut();

    assertThat(copyOut()).isEqualTo(first);
    try (var files = Files.list(out)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void neverLosesAFileToOneThatIsNamedAfterTheRun() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("report.md"), "old");
    leave("report-run-1.md", "another");

    copyOut();

    assertThat(out.resolve("report.md")).hasContent("old");
    assertThat(out.resolve("report-run-1.md")).hasContent("another");
    assertThat(out.resolve("report-run-1-run-1.md")).hasContent("new");
  }

  @Test
  void getsAFileBesideAFolderOfItsName() throws IOException {
    Files.createDirectories(out.resolve("report.md"));
    leave(".hidden", "h");
    Files.createDirectories(out.resolve(".hidden"));

    assertThat(copyOut()).contains(out.resolve("report-run-1.md"), out.resolve(".hidden-run-1"));
  }

  @Test
  void isNeverLeftThroughALink() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "untouched");
    Files.createDirectories(out);
    Files.createSymbolicLink(out.resolve("report.md"), other);
    Files.createSymbolicLink(out.resolve("dangling.md"), folder.resolve("not-there"));
    leave("dangling.md", "d");

    copyOut(new Expected("*.md", 0));

    assertThat(other).hasContent("untouched");
    assertThat(folder.resolve("not-there")).doesNotExist();
    assertThat(out.resolve("report-run-1.md")).hasContent("new");
    assertThat(out.resolve("dangling-run-1.md")).hasContent("d");
  }

  @Test
  void getsNothingThatALinkPointsTo() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    var left = workspaces.left(room, List.of(), Optional.empty());
    Files.delete(room.workspace().resolve("report.md"));
    Files.createSymbolicLink(room.workspace().resolve("report.md"), secret);

    workspaces.copyOut(room, left, List.of(), Optional.of(out));

    assertThat(Files.isSymbolicLink(out.resolve("report.md"))).isTrue();
  }
}
