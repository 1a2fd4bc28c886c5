package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {
  @TempDir Path folder;

  @Test
  void makesItForItsOwnerAlone() throws Exception {
    Path home = HomeFolder.open(folder.resolve("a/b"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    assertThat(HomeFolder.isOpenToOthers(home)).isFalse();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void leavesTheRightsOfAFolderThatIsThereAlone() throws Exception {
    Path home =
        Files.createDirectory(
            folder.resolve("shared"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    HomeFolder.open(home);

    assertThat(HomeFolder.isOpenToOthers(home)).isTrue();
  }

  @Test
  void saysThatAFileIsInTheWay() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> HomeFolder.open(file.resolve("home")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("NIGHTDESK_HOME")
        .hasMessageContaining("set NIGHTDESK_HOME to another folder");
  }

  @Test
  void saysThatNothingCanBeWritten() {
    assertThatThrownBy(() -> HomeFolder.open(Path.of("/proc/nightdesk")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("nothing can be written to /proc/nightdesk");
  }
}
