package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.RunStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusLineTest {

  @ParameterizedTest
  @EnumSource(
      names = {
        "OK",
        "EMPTY",
        "PARTIAL",
        "INCOMPLETE",
        "TOO_LARGE",
        "UNEXPECTED_INPUT",
        "TOOL_FAILED",
        "ERROR"
      })
  void readsEveryWordThatThePromptNames(RunStatus status) {
    assertThat(StatusLine.PROTOCOL).contains(status.name());
    assertDeclares("Here it is.\n\nSTATUS: " + status + "\nEND_OF_RUN", status, "Here it is.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Done.\r\n\r\nSTATUS: OK\r\nEND_OF_RUN\r\n",
        "Done.\r\n\r\nSTATUS: OK\r\n\r\nEND_OF_RUN\r\n\r\n",
        "Done.\n**STATUS: OK**\n**END_OF_RUN**",
        "Done.\n**STATUS:** OK\n\n`END_OF_RUN`",
        "Done.\n**STATUS**: OK.\nEND_OF_RUN.",
        "Done.\n`STATUS: OK`\n`END_OF_RUN`",
        "Done.\n> STATUS: OK\n> END_OF_RUN",
        "Done.\n> STATUS: OK\n>\n> END_OF_RUN",
        "Done.\n- STATUS: OK\n- END_OF_RUN",
        "Done.\n## STATUS: OK\nEND_OF_RUN",
        "Done.\n```\nSTATUS: OK\nEND_OF_RUN\n```\n",
        "Done.\n\n```text\r\nSTATUS: OK\r\nEND_OF_RUN\r\n```",
        "Done.\nSTATUS:OK\n   END_OF_RUN   "
      })
  void readsItThroughMarkdownAndLineEnds(String result) {
    assertDeclares(result, RunStatus.OK, "Done.");
  }

  @Test
  void findsItBeforeAnyAmountOfEmptyLines() {
    assertDeclares("Done.\nSTATUS: OK\nEND_OF_RUN" + "\n".repeat(1_000), RunStatus.OK, "Done.");
  }

  @Test
  void readsAResultThatIsNothingElse() {
    assertDeclares("STATUS: EMPTY\nEND_OF_RUN", RunStatus.EMPTY, "");
    assertDeclares("\n\nSTATUS: OK\nEND_OF_RUN\n", RunStatus.OK, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Done.\nSTATUS: OK",
        "Done.\nEND_OF_RUN",
        "Done.\nSTATUS: OK\nEND_OF_RUN\nOne more thing.",
        "Done.\nSTATUS: DONE\nEND_OF_RUN",
        "Done.\nSTATUS: OK or not\nEND_OF_RUN",
        "The line is STATUS: OK\nEND_OF_RUN",
        "Done.\nSTATUS: OK END_OF_RUN",
        "Done.\nTIMEOUT\nEND_OF_RUN",
        "Done.\nSTATUS: TIMEOUT\nEND_OF_RUN",
        "Done."
      })
  void takesNothingElseForAStatus(String result) {
    assertThat(StatusLine.of(result)).isEqualTo(new StatusLine(result, Optional.empty()));
  }

  @Test
  void believesTheLastOfTwo() {
    String first = "I could write STATUS: OK here:\n\nSTATUS: OK\nEND_OF_RUN\n\nBut I was wrong.";
    assertDeclares(first + "\nSTATUS: TOOL_FAILED\nEND_OF_RUN", RunStatus.TOOL_FAILED, first);
  }

  @Test
  void readsTheEndOfAHugeResult() {
    String huge = "STATUS: ERROR\nEND_OF_RUN\n".repeat(40_000).strip();
    assertThat(huge.length()).isGreaterThan(900_000);

    assertDeclares(huge + "\nwell\nSTATUS: OK\nEND_OF_RUN", RunStatus.OK, huge + "\nwell");
    assertThat(StatusLine.of("\n".repeat(1 << 20))).isEqualTo(new StatusLine("", Optional.empty()));
    assertThat(StatusLine.of("STATUS: ".repeat(1 << 17)).declared()).isEmpty();
  }

  @Test
  void takesNoStatusFromTheMiddleOfALineHoweverLongTheResult() {
    String ending = "STATUS: OK\n" + "> \n".repeat(126) + "END_OF_RUN.";
    assertThat(StatusLine.of(ending).declared()).isPresent();

    assertThat(StatusLine.of("x".repeat(1_000) + ending).declared()).isEmpty();
  }

  private static void assertDeclares(String result, RunStatus status, String text) {
    assertThat(StatusLine.of(result)).isEqualTo(new StatusLine(text, Optional.of(status)));
  }
}
