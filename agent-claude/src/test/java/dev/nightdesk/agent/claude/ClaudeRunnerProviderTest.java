package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaudeRunnerProviderTest {
  final ClaudeRunnerProvider provider = new ClaudeRunnerProvider();

  private Setting<?> setting(String name) {
    return provider.settings().stream()
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AgentRunnerProvider.class))
        .filteredOn(found -> found.name().equals("claude"))
        .hasSize(1);
  }

  @Test
  void requiresNothingAndHidesWhatPays() {
    assertThat(provider.settings()).noneMatch(Setting::required);
    assertThat(provider.settings())
        .filteredOn(Setting::hidden)
        .extracting(Setting::name)
        .containsExactly("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN");
    assertThat(provider.idleLimit()).contains(Duration.ofMinutes(10));
  }

  @Test
  void readsItsOwnDefaults() {
    assertThat(provider.settings())
        .filteredOn(setting -> setting.defaultText().isPresent())
        .hasSize(3)
        .allSatisfy(setting -> setting.parse(setting.defaultText().orElseThrow()));
  }

  @Test
  void splitsToolsOnlyOutsideTheirParentheses() {
    Object rules =
        setting("CLAUDE_ALLOWED_TOOLS").parse(" Edit(./**), Bash(git log:*)  Bash(a, (b)) Glob ");
    assertThat(rules).isEqualTo(List.of("Edit(./**)", "Bash(git log:*)", "Bash(a, (b))", "Glob"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      textBlock =
          """
          CLAUDE_ALLOWED_TOOLS, Bash(git, expected as many '(' as ')'
          CLAUDE_ALLOWED_TOOLS, Bash)(, expected as many '(' as ')'
          CLAUDE_DISALLOWED_TOOLS, --model, expected tools such as Edit(./**) Glob
          CLAUDE_MODEL, --help, expected a model such as sonnet or claude-sonnet-5-5
          CLAUDE_EXTRA_ARGS, word, expected an option such as --effort high
          CLAUDE_EXTRA_ARGS, --effort high --resume=x, \
          |expected options other than --resume=x, which Nightdesk sets by itself|
          CLAUDE_EXTRA_ARGS, --agent 'x, expected a closing quote (')
          """)
  void saysWhatItExpects(String name, String text, String expected) {
    assertThatThrownBy(() -> setting(name).parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      textBlock =
          """
          claude-sonnet-5-5, 2, 10
          claude-sonnet-4-5-20250929, 3, 15
          claude-opus-5-5, 4, 20
          claude-opus-5, 5, 25
          claude-opus-4-1-20250805, 15, 75
          claude-opus-4-20250514, 15, 75
          claude-opus-4-8, 5, 25
          claude-haiku-4-5, 1, 5
          """)
  void knowsWhatTokensCost(String model, double in, double out) {
    assertThat(ClaudePrices.of(model).orElseThrow())
        .extracting(ClaudePrices::in, ClaudePrices::out)
        .containsExactly(in, out);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = '~',
      textBlock =
          """
          {"type":"system","subtype":"init","model":"m","claude_code_version":"2"} ~ \
          Claude Code 2 begins, with model m
          {"type":"assistant","message":{"content":[{"type":"text","text":" I look. "}]}} ~ I look.
          {"type":"assistant","message":{"content":[{"type":"thinking","thinking":"hm"}]}} ~
          {"type":"assistant","parent_tool_use_id":"t","message":{"content":[{"type":"tool_use",\
          "name":"Bash","input":{"command":"ls\\n-l"}}]}} ~ |  (subagent) > Bash: ls -l|
          {"type":"user","message":{"content":[{"type":"tool_result","is_error":true,\
          "content":"no file\\nat all"}]}} ~ |  failed: no file|
          {"type":"user","message":{"content":[{"type":"tool_result","content":"a"}]}} ~
          {"type":"system","subtype":"api_retry","attempt":1,"max_retries":3,"error":"overloaded"} \
          ~ The model's service failed (overloaded); try 1 of 3 follows
          {"type":"system","subtype":"permission_denied","tool_name":"Bash"} ~ Not allowed: Bash
          {"type":"rate_limit_event","rate_limit_info":{"status":"rejected"}} ~ \
          The account's limit is reached
          {"type":"rate_limit_event","rate_limit_info":{"status":"allowed"}} ~
          {"type":"result","subtype":"success","total_cost_usd":0.126,"result":"x"} ~ \
          Done. The session has cost $0.13 so far
          {"type":"result","subtype":"error","is_error":true,"errors":["too bad"]} ~ \
          Ended without success: too bad
          {"type":"assistant","mess ~
          Segmentation fault ~ Segmentation fault
          [1,2] ~ [1,2]
          """)
  void tellsALineInWords(String line, String words) {
    assertThat(provider.inWords(line).orElse(null)).isEqualTo(words);
  }
}
