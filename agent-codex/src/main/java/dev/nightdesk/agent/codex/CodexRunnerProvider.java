package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.ShellWords;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes the agent that {@code WORKER_AGENT=codex} names. */
public final class CodexRunnerProvider implements AgentRunnerProvider {
  private static final Setting<String> COMMAND =
      Setting.text("CODEX_COMMAND", "Codex program, a name or a path").orElse("codex");
  private static final Setting<String> MODEL =
      Setting.text("CODEX_MODEL", "model to use; unset = Codex's own choice").optional();
  private static final Setting<String> SANDBOX =
      Setting.choice(
              "CODEX_SANDBOX",
              "sandbox that Codex itself puts around each command",
              CodexFence.READ_ONLY,
              CodexFence.WORKSPACE_WRITE,
              CodexFence.NONE)
          .orElse(CodexFence.WORKSPACE_WRITE);
  private static final Setting<List<String>> EXTRA_ARGS =
      Setting.of(
              "CODEX_EXTRA_ARGS",
              "further arguments of 'codex exec', split as a shell splits words; visible to every"
                  + " user of the machine",
              ShellWords::split)
          .orElse("");
  private static final Setting<Secret> OPENAI_API_KEY =
      Setting.secret("OPENAI_API_KEY", "key from platform.openai.com, API keys").optional();
  private static final Setting<Secret> CODEX_API_KEY =
      Setting.secret("CODEX_API_KEY", "the same, for Codex alone; it wins over OPENAI_API_KEY")
          .optional();
  private static final Setting<Path> HOME =
      Setting.path(
              "CODEX_HOME",
              "folder with Codex's configuration, login and sessions; unset = with a key one of"
                  + " Nightdesk's own, else ~/.codex")
          .optional();
  private static final Setting<String> BASE_URL =
      Setting.of(
              "CODEX_BASE_URL",
              "address of another service that speaks OpenAI's Responses API, such as"
                  + " http://localhost:11434/v1",
              CodexRunnerProvider::address)
          .optional();
  private static final Setting<BigDecimal> PRICE_IN =
      Setting.dollars("CODEX_PRICE_IN_USD", "price of a million tokens sent").optional();
  private static final Setting<BigDecimal> PRICE_OUT =
      Setting.dollars("CODEX_PRICE_OUT_USD", "price of a million tokens received").optional();

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        COMMAND,
        MODEL,
        SANDBOX,
        EXTRA_ARGS,
        OPENAI_API_KEY,
        CODEX_API_KEY,
        HOME,
        BASE_URL,
        PRICE_IN,
        PRICE_OUT);
  }

  @Override
  public List<String> problems(Values values) {
    return values.find(PRICE_IN).isPresent() == values.find(PRICE_OUT).isPresent()
        ? List.of()
        : List.of("CODEX_PRICE_IN_USD and CODEX_PRICE_OUT_USD are needed together; set both.");
  }

  @Override
  public Optional<String> inWords(String transcriptLine) {
    return CodexWords.of(transcriptLine);
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    Optional<Secret> key = values.find(CODEX_API_KEY).or(() -> values.find(OPENAI_API_KEY));
    Optional<String> baseUrl = values.find(BASE_URL);
    CodexCommand command =
        new CodexCommand(
            values.find(MODEL), values.get(EXTRA_ARGS), key, baseUrl, values.get(SANDBOX));
    CodexHome home = CodexHome.of(values.find(HOME), command.needsNoLogin(), desk);
    Prices prices =
        values
            .find(PRICE_IN)
            .flatMap(in -> values.find(PRICE_OUT).map(out -> Prices.own(in, out)))
            .orElse(Prices.LISTED);
    return new CodexRunner(values.get(COMMAND), command, home, prices);
  }

  private static String address(String text) {
    try {
      URI uri = URI.create(text);
      if (List.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null) {
        return text;
      }
    } catch (IllegalArgumentException notAnAddress) {
      // said below, in the same words
    }
    throw new IllegalArgumentException("expected an address such as https://api.example.com/v1");
  }
}
