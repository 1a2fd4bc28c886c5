package dev.nightdesk.agent.command;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Settings as a test writes them. */
record GivenValues(Map<String, String> texts) implements Values {
  GivenValues {
    texts = Map.copyOf(texts);
  }

  @Override
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(texts.get(setting.name()))
        .or(setting::defaultText)
        .map(setting::parse);
  }

  AgentRunner open() {
    Desk desk = new Desk("worker", Path.of("target"), InstantSource.system());
    return new CommandRunnerProvider().open(this, desk);
  }
}
