package dev.nightdesk.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Setting;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandRunnerProviderTest {
  final CommandRunnerProvider provider = new CommandRunnerProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AgentRunnerProvider.class))
        .filteredOn(found -> found.name().equals("command"))
        .hasSize(1);
  }

  @Test
  void requiresOnlyTheCommandAndHasNoIdleLimit() {
    assertThat(provider.settings())
        .filteredOn(Setting::required)
        .extracting(Setting::name)
        .containsExactly("COMMAND_AGENT");
    assertThat(provider.idleLimit()).isEmpty();
  }

  @Test
  void readsItsOwnDefaults() {
    assertThat(provider.settings())
        .filteredOn(setting -> setting.defaultText().isPresent())
        .allSatisfy(setting -> setting.parse(setting.defaultText().orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      textBlock =
          """
          COMMAND_AGENT, agent 'x, expected a closing quote (')
          COMMAND_AGENT, ||, expected a program and its arguments
          COMMAND_OK_EXIT_CODES, |0,x|, |expected exit codes such as 0 or 0,3|
          COMMAND_AGENT_RESULT, result, expected a JSON pointer such as /result/text
          COMMAND_AGENT_FORMAT, xml, |expected one of text, json|
          """)
  void saysWhatItExpects(String name, String text, String expected) {
    List<Setting<?>> settings = provider.settings();
    Setting<?> setting =
        settings.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    assertThatThrownBy(() -> setting.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected);
  }

  @Test
  void findsAProgramInTheUsersHome() {
    assertThat(CommandLine.parse("~/bin/agent 'a b'"))
        .isEqualTo(new CommandLine(System.getProperty("user.home") + "/bin/agent", List.of("a b")));
  }
}
