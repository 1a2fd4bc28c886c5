package dev.nightdesk.settings.canned;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.util.List;

/** An agent with one setting. */
public class EchoAgent implements AgentRunnerProvider {
  static final Setting<String> VOICE = Setting.text("ECHO_VOICE", "voice it has").orElse("low");

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(VOICE);
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    throw new UnsupportedOperationException("settings only");
  }
}
