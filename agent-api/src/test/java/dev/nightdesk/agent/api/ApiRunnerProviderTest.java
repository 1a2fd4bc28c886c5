package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Finding.State;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRunnerProviderTest {
  @TempDir Path folder;
  final ApiRunnerProvider provider = new ApiRunnerProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AgentRunnerProvider.class))
        .filteredOn(found -> found.name().equals("api"))
        .hasSize(1);
  }

  @Test
  void requiresOnlyTheModelAndHidesTheKey() {
    assertThat(provider.settings())
        .filteredOn(Setting::required)
        .extracting(Setting::name)
        .containsExactly("API_AGENT_MODEL");
    assertThat(provider.settings())
        .filteredOn(Setting::hidden)
        .extracting(Setting::name)
        .containsExactly("API_AGENT_KEY");
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
          API_AGENT_TOOLS, read fly, expected some of read write edit glob grep shell background
          API_AGENT_BASE_URL, localhost:11434, expected an address such as http://localhost:11434/v1
          API_AGENT_BASE_URL, ftp://host/v1, expected an address such as http://localhost:11434/v1
          API_AGENT_BASE_URL, https://me:secret@host/v1, expected an address such as http://localhost:11434/v1
          API_AGENT_PROVIDER, google, |expected one of anthropic, openai|
          """)
  void saysWhatItExpects(String name, String text, String expected) {
    Setting<?> setting =
        provider.settings().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    assertThatThrownBy(() -> setting.parse(text)).hasMessage(expected);
  }

  private List<String> problems(Map<String, String> given) {
    return provider.problems(
        new Values() {
          @Override
          public <T> Optional<T> find(Setting<T> setting) {
            return Optional.ofNullable(given.get(setting.name()))
                .or(setting::defaultText)
                .map(setting::parse);
          }
        });
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThat(problems(Map.of("API_AGENT_PRICE_IN_USD", "3")))
        .satisfiesExactly(
            key -> assertThat(key).startsWith("API_AGENT_KEY is not set."),
            price -> assertThat(price).contains("need each other"));
    assertThat(problems(Map.of("API_AGENT_BASE_URL", "http://localhost:11434/v1"))).isEmpty();
  }

  private List<Finding> check(ApiStage stage) throws Exception {
    try (AgentRunner agent = stage.open()) {
      return agent.check(stage.request("").containment());
    }
  }

  @ParameterizedTest
  @CsvSource({"200, GOOD", "401, WRONG", "403, WRONG", "404, WARNING", "500, WARNING"})
  void asksTheServiceWhetherItTakesTheKey(int status, State state) throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/v1/models",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("x-api-key"));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    service.start();
    try (ApiStage stage =
        ApiStage.playing(folder, Turn.says(""))
            .with(
                "API_AGENT_BASE_URL",
                "http://127.0.0.1:" + service.getAddress().getPort() + "/v1")) {
      Finding key = check(stage).getFirst();
      assertThat(key.subject()).isEqualTo("API_AGENT_KEY");
      assertThat(key.state()).isEqualTo(state);
      assertThat(key.message()).doesNotContain(ApiStage.KEY);
      assertThat(keys).containsExactly(ApiStage.KEY);
    } finally {
      service.stop(0);
    }
  }

  @Test
  void warnsOfAServiceThatIsAwayAndOfAPriceThatIsNotKnown() throws Exception {
    try (ApiStage stage =
        ApiStage.playing(folder, Turn.says(""))
            .with("API_AGENT_BASE_URL", "http://127.0.0.1:1/v1")) {
      assertThat(check(stage))
          .extracting(Finding::state)
          .containsExactly(State.WARNING, State.WARNING, State.GOOD);
    }
  }

  @Test
  void looksAtTheSandboxWhereCommandsAreAllowed() throws Exception {
    try (ApiStage stage =
        ApiStage.playing(folder, Turn.says("")).with("API_AGENT_TOOLS", "background")) {
      assertThat(check(stage))
          .extracting(Finding::subject)
          .contains("WORKER_SANDBOX")
          .contains("API_AGENT_TOOLS");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://model.example/v1, true",
    "http://10.0.0.7:8000/v1, true",
    "https://model.example/v1, false",
    "http://localhost:1/v1, false",
    "http://127.0.0.1/v1, false",
    "http://[::1]:8/v1, false"
  })
  void knowsWhereTheKeyCouldBeRead(String url, boolean exposed) throws IOException {
    Endpoint endpoint =
        new Endpoint(false, url, Optional.of(dev.nightdesk.spi.Secret.of("k")), "m");
    assertThat(endpoint.isExposed()).isEqualTo(exposed);
  }
}
