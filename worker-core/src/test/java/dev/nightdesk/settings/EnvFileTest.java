package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileTest {
  private static final Path FILE = Path.of("/etc/desk/.env");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "KEY=value | value",
        "export KEY=value | value",
        "  KEY = value   | value",
        "KEY=a b c | a b c",
        "KEY=a # said why | a",
        "KEY=a#b | a#b",
        "KEY=# nothing | ",
        "KEY= | ",
        "KEY='single # kept' # not this | single # kept",
        "KEY='back\\slash \"kept\"' | back\\slash \"kept\"",
        "KEY=\"double # kept\" | double # kept",
        "KEY=\"a \\\"quoted\\\" \\\\ word\" | a \"quoted\" \\ word",
        "KEY=\"\\$HOME\" | $HOME",
        "KEY=$HOME/x | $HOME/x",
        "KEY=$(rm -rf /) | $(rm -rf /)",
        "KEY=\"`id`\" | `id`",
        "KEY=https://host/?a=b&c=d | https://host/?a=b&c=d",
      })
  void readsALineAsAShellWouldWithoutExpandingIt(String line, String value) {
    EnvFile read = EnvFile.parse(FILE, line);

    assertThat(read.problems()).isEmpty();
    assertThat(read.variables().values())
        .extracting(Variables.Variable::value)
        .containsExactly(value == null ? "" : value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "just words",
        "1KEY=s3cret",
        "KEY-2=s3cret",
        "=s3cret",
        "KEY='s3cret",
        "KEY=\"s3cret",
        "KEY='s3cret' more",
        "KEY=\"s3cret\\\"",
        "KEY=s3c\0ret",
        "- KEY: s3cret"
      })
  void reportsABadLineWithItsPlaceAndWithoutItsValue(String line) {
    EnvFile read = EnvFile.parse(FILE, "# first\n" + line + "\nGOOD=1\n");

    assertThat(read.problems())
        .singleElement()
        .asString()
        .startsWith(FILE + ":2: ")
        .doesNotContain("s3c");
    assertThat(read.variables()).containsOnlyKeys("GOOD");
  }

  @Test
  void remembersTheLineOfEachValue() {
    EnvFile read = EnvFile.parse(FILE, "\uFEFFA=1\r\n\r\nB=2\r\nA=3");

    assertThat(read.problems()).isEmpty();
    assertThat(read.variables())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "A", new Variables.Variable("A", "3", FILE + ":4"),
                "B", new Variables.Variable("B", "2", FILE + ":3")));
  }

  @Test
  void saysThatAFileIsNotText() throws Exception {
    Path file = Files.write(folder.resolve("x"), new byte[] {'A', '=', (byte) 0xff});

    assertThat(EnvFile.read(file).problems()).containsExactly(file + ": it is not text in UTF-8");
  }

  @Test
  void saysThatAFileIsMissing() {
    Path file = folder.resolve("absent");

    assertThat(EnvFile.read(file).problems()).containsExactly(file + ": there is no such file");
  }

  @Test
  void letsTheEnvironmentWinOverTheNamedFileAndThatOverTheUsualOne() throws Exception {
    Files.writeString(folder.resolve(".env"), "A=usual\nB=usual\nC=usual\nD=usual");
    Path named = Files.writeString(folder.resolve("more.env"), "A=named\nB=named\nD=named");

    Variables read = Variables.read(Map.of("A", "environment", "D", " "), folder, List.of(named));

    assertThat(read.find("A").orElseThrow().value()).isEqualTo("environment");
    assertThat(read.find("A").orElseThrow().source()).isEqualTo("environment");
    assertThat(read.find("B").orElseThrow().value()).isEqualTo("named");
    assertThat(read.find("C").orElseThrow().source()).isEqualTo(folder.resolve(".env") + ":3");
    assertThat(read.find("D")).isEmpty();
    assertThat(read.files()).containsExactly(folder.resolve(".env"), named);
  }

  @Test
  void takesAFolderNamedDotEnvForNoFile() throws Exception {
    Files.createDirectory(folder.resolve(".env"));

    Variables read = Variables.read(Map.of(), folder, List.of());

    assertThat(read.problems()).isEmpty();
    assertThat(read.files()).isEmpty();
  }
}
