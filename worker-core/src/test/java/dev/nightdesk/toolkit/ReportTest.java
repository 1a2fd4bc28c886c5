package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is read of a supervisor that has ended. */
class ReportTest {
  /** An ended process of which the JDK is still moving the last words, so that they look gone. */
  private static final class JustEnded extends Process {
    private final InputStream words;

    JustEnded(String words, int looksInVain) {
      this.words =
          new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8)) {
            private int looks = looksInVain;

            @Override
            public synchronized int available() {
              return looks-- > 0 ? 0 : Math.min(super.available(), 12);
            }
          };
    }

    @Override
    public InputStream getInputStream() {
      return words;
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getErrorStream() {
      return InputStream.nullInputStream();
    }

    @Override
    public int waitFor() {
      return 0;
    }

    @Override
    public int exitValue() {
      return 0;
    }

    @Override
    public void destroy() {}
  }

  @Test
  void waitsForLastWordsThatAreOnTheirWay() {
    String words = "{\"child-pid\": 7}\n{\"exit-code\": 0}\nexit 0\n";

    assertThat(Report.of(new JustEnded(words, 5)).text()).isEqualTo(words);
  }

  @Test
  void doesNotWaitForeverForASupervisorThatWasKilled() {
    assertThat(Report.of(new JustEnded("{}", 0)).text()).isEqualTo("{}");
  }
}
