package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.testkit.GivenValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodexRunnerProviderTest {
  final CodexRunnerProvider provider = new CodexRunnerProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AgentRunnerProvider.class))
        .filteredOn(found -> found.name().equals("codex"))
        .hasSize(1);
  }

  @Test
  void requiresNothingAndHidesTheKeys() {
    assertThat(provider.settings()).noneMatch(Setting::required);
    assertThat(provider.settings())
        .filteredOn(Setting::hidden)
        .extracting(Setting::name)
        .containsExactly("OPENAI_API_KEY", "CODEX_API_KEY");
  }

  @Test
  void readsItsOwnDefaults() {
    assertThat(provider.settings())
        .filteredOn(setting -> setting.defaultText().isPresent())
        .isNotEmpty()
        .allSatisfy(setting -> setting.parse(setting.defaultText().orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      textBlock =
          """
          CODEX_SANDBOX, none, |expected one of read-only, workspace-write, danger-full-access|
          CODEX_EXTRA_ARGS, -c 'x, expected a closing quote (')
          CODEX_BASE_URL, localhost:1234, expected an address such as https://api.example.com/v1
          CODEX_PRICE_IN_USD, much, expected an amount in US dollars such as 5 or 0.50
          """)
  void saysWhatItExpects(String name, String text, String expected) {
    Setting<?> setting =
        provider.settings().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    assertThatThrownBy(() -> setting.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected);
  }

  @Test
  void wantsBothPricesOrNone() {
    assertThat(provider.problems(GivenValues.of(Map.of("CODEX_PRICE_IN_USD", "1"))))
        .singleElement()
        .asString()
        .contains("CODEX_PRICE_OUT_USD");
    assertThat(provider.problems(GivenValues.of(Map.of()))).isEmpty();
  }

  @Test
  void usesThePersonsFolderOnlyWhereThereIsNoKey(@TempDir Path folder) throws Exception {
    Desk desk = new Desk("writer", folder, InstantSource.system());
    Path named = folder.resolve("mine");
    CodexHome own = CodexHome.of(Optional.empty(), true, desk);
    assertThat(own.folder()).isEqualTo(desk.home().resolve("codex/writer"));
    assertThat(own.persons()).isFalse();
    own.prepare();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.folder())))
        .isEqualTo("rwx------");
    CodexHome persons = CodexHome.of(Optional.empty(), false, desk);
    assertThat(persons.folder()).isEqualTo(Path.of(System.getProperty("user.home"), ".codex"));
    assertThat(persons.persons()).isTrue();
    assertThat(CodexHome.of(Optional.of(named), true, desk).folder()).isEqualTo(named);
  }
}
