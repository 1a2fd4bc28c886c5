package dev.nightdesk.agent.api.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *.java | A.java | true
          *.java | src/deep/A.java | true
          /*.java | src/A.java | false
          src/*.java | src/A.java | true
          src/*.java | src/deep/A.java | false
          src/**/*.java | src/A.java | true
          src/**/*.java | src/a/b/A.java | true
          **/*.java | A.java | true
          src/** | src/a/b | true
          ./src/*.java | src/A.java | true
          *.{java,md} | README.md | true
          *.{java,md} | a.txt | false
          a?c | abc | true
          src/a?c | src/a/c | false
          [a-c]x | bx | true
          [!a-c]x | bx | false
          a.b | axb | false
          a(b)+$ | a(b)+$ | true
          a,b | a,b | true
          """)
  void matchesAsPeopleExpect(String glob, String path, boolean matches) throws Exception {
    assertThat(Glob.of(glob).matches(Path.of(path), new Deadline(Duration.ofSeconds(9))))
        .isEqualTo(matches);
  }

  @Test
  void refusesWhatIsNoPattern() {
    assertThatThrownBy(() -> Glob.of("a{b")).isInstanceOf(ToolException.class);
    assertThatThrownBy(() -> Glob.of("*".repeat(400))).isInstanceOf(ToolException.class);
  }
}
