package dev.nightdesk.agent.api;

import dev.nightdesk.agent.api.Wire.Patience;
import dev.nightdesk.agent.api.tools.Tool;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the agent that {@code WORKER_AGENT=api} names. */
public final class ApiRunnerProvider implements AgentRunnerProvider {
  private static final Setting<String> PROVIDER =
      Setting.choice(
              "API_AGENT_PROVIDER",
              "kind of service: anthropic for Anthropic's Messages, openai for Chat Completions,"
                  + " which OpenAI and most local services speak",
              "anthropic",
              "openai")
          .orElse("anthropic");
  private static final Setting<String> BASE_URL =
      Setting.of(
              "API_AGENT_BASE_URL",
              "address of the service up to its version, such as http://localhost:11434/v1; unset ="
                  + " Anthropic's or OpenAI's own",
              ApiRunnerProvider::address)
          .optional();
  private static final Setting<Secret> KEY =
      Setting.secret("API_AGENT_KEY", "key of the service; a local one may need none").optional();
  private static final Setting<String> MODEL =
      Setting.text("API_AGENT_MODEL", "model to use, as its service calls it");
  private static final Setting<Set<Tool>> TOOLS =
      Setting.of(
              "API_AGENT_TOOLS",
              "what the model may use: read, write, edit, glob, grep in the workspace; shell and"
                  + " background run commands",
              ApiRunnerProvider::tools)
          .orElse("read write edit glob grep");
  private static final Setting<BigDecimal> PRICE_IN =
      Setting.dollars("API_AGENT_PRICE_IN_USD", "price of a million tokens sent").optional();
  private static final Setting<BigDecimal> PRICE_OUT =
      Setting.dollars("API_AGENT_PRICE_OUT_USD", "price of a million tokens received").optional();

  @Override
  public String name() {
    return "api";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(PROVIDER, BASE_URL, KEY, MODEL, TOOLS, PRICE_IN, PRICE_OUT);
  }

  @Override
  public List<String> problems(Values values) {
    List<String> problems = new ArrayList<>();
    if (values.find(KEY).isEmpty() && values.find(BASE_URL).isEmpty()) {
      problems.add(
          "API_AGENT_KEY is not set. It is the key of the service; only a service that"
              + " API_AGENT_BASE_URL names may need none.");
    }
    if (values.find(PRICE_IN).isPresent() != values.find(PRICE_OUT).isPresent()) {
      problems.add("API_AGENT_PRICE_IN_USD and API_AGENT_PRICE_OUT_USD need each other.");
    }
    return problems;
  }

  @Override
  public Optional<String> inWords(String transcriptLine) {
    return Transcript.inWords(transcriptLine);
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    return open(values, desk, Patience.USUAL);
  }

  /** The same, with as much patience as a test has. */
  static AgentRunner open(Values values, Desk desk, Patience patience) {
    boolean anthropic = values.get(PROVIDER).equals("anthropic");
    String url = values.find(BASE_URL).orElse(anthropic ? Endpoint.ANTHROPIC : Endpoint.OPEN_AI);
    Endpoint endpoint = new Endpoint(anthropic, url, values.find(KEY), values.get(MODEL));
    return new ApiRunner(endpoint, price(values, anthropic), values.get(TOOLS), desk, patience);
  }

  private static Price price(Values values, boolean anthropic) {
    Optional<BigDecimal> in = values.find(PRICE_IN);
    Optional<BigDecimal> out = values.find(PRICE_OUT);
    if (in.isEmpty() || out.isEmpty()) {
      return Price.DEAREST;
    }
    return anthropic ? Price.ofAnthropic(in.get(), out.get()) : Price.of(in.get(), out.get());
  }

  private static String address(String text) {
    try {
      URI address = URI.create(text);
      if (address.getHost() != null
          && List.of("http", "https").contains(String.valueOf(address.getScheme()))
          && address.getUserInfo() == null
          && address.getQuery() == null) {
        return text;
      }
    } catch (IllegalArgumentException notAnAddress) {
      // said below
    }
    throw new IllegalArgumentException("expected an address such as http://localhost:11434/v1");
  }

  private static Set<Tool> tools(String text) {
    Set<Tool> tools = EnumSet.noneOf(Tool.class);
    for (String word : Arrays.stream(text.split("[\\s,]+")).filter(w -> !w.isEmpty()).toList()) {
      if (!tools.addAll(Tool.named(word)) && Tool.named(word).isEmpty()) {
        throw new IllegalArgumentException(
            "expected some of read write edit glob grep shell background");
      }
    }
    return tools;
  }
}
