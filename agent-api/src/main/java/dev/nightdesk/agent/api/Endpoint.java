package dev.nightdesk.agent.api;

import dev.nightdesk.spi.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where the model is.
 *
 * @param anthropic whether it speaks Anthropic's Messages; else OpenAI's Chat Completions
 * @param url up to and with the version, as in {@code https://api.openai.com/v1}
 * @param key what proves who we are, where the service wants that
 * @param model which one
 */
record Endpoint(boolean anthropic, String url, Optional<Secret> key, String model) {
  static final String ANTHROPIC = "https://api.anthropic.com/v1";
  static final String OPEN_AI = "https://api.openai.com/v1";

  Endpoint {
    url = url.replaceAll("/+$", "");
  }

  boolean isOpenAis() {
    return url.equals(OPEN_AI);
  }

  /** What an account at this service is called where it has to wait. */
  String account() {
    return "api-" + URI.create(url).getHost();
  }

  /** Whether the key goes over a network where anybody can read it. */
  boolean isExposed() {
    URI address = URI.create(url);
    return key.isPresent()
        && address.getScheme().equals("http")
        && !address.getHost().matches("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]");
  }

  /** A text without the key, should a service repeat it. */
  String conceal(String text) {
    return key.map(secret -> text.replace(secret.reveal(), "(secret)")).orElse(text);
  }
}
