package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodexWordsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      textBlock =
          """
          {"type":"item.completed","item":{"type":"agent_message","text":"All done."}}; All done.
          {"type":"item.started","item":{"type":"command_execution","command":"ls -l"}}; $ ls -l
          {"type":"item.completed","item":{"type":"command_execution","exit_code":7}}; the command ended with exit code 7
          {"type":"item.completed","item":{"type":"file_change","changes":[{"path":"a","kind":"add"}]}}; add a
          {"type":"item.started","item":{"type":"mcp_tool_call","server":"db","tool":"ask"}}; calls ask of db
          {"type":"item.completed","item":{"type":"error","message":"odd"}}; note: odd
          {"type":"error","message":"Reconnecting... 1/2"}; error: Reconnecting... 1/2
          {"type":"turn.failed","error":{"message":"bad"}}; failed: bad
          {"type":"item.comp; {"type":"item.comp
          """)
  void tellsWhatCodexSaysAndDoes(String line, String words) {
    assertThat(CodexWords.of(line)).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      textBlock =
          """
          {"type":"thread.started","thread_id":"0199"}
          {"type":"turn.completed","usage":{"input_tokens":1}}
          {"type":"item.completed","item":{"type":"command_execution","exit_code":0}}
          {"type":"item.completed","item":{"type":"reasoning","text":"hm"}}
          """)
  void leavesOutWhatIsNothingForAPerson(String line) {
    assertThat(CodexWords.of(line)).isEmpty();
  }

  @Test
  void leavesOutBlankLines() {
    assertThat(CodexWords.of(" ")).isEqualTo(Optional.empty());
  }
}
