package dev.nightdesk.testkit;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.spi.Values;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes {@code WORKER_AGENT=scripted}: an agent in this JVM that waits, reports a cost and says a
 * fixed result; for whole-program tests and benchmarks.
 */
public final class ScriptedAgentProvider implements AgentRunnerProvider {
  private static final Setting<String> RESULT =
      Setting.text("SCRIPTED_RESULT", "result that it says").orElse("done");
  private static final Setting<Duration> TAKES =
      Setting.duration("SCRIPTED_TAKES", "time that it takes").orElse("0s");
  private static final Setting<BigDecimal> COST =
      Setting.dollars("SCRIPTED_COST_USD", "cost that it reports").optional();

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(RESULT, TAKES, COST);
  }

  @Override
  public Optional<Duration> idleLimit() {
    return Optional.empty();
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    String result = values.get(RESULT);
    Duration takes = values.get(TAKES);
    Optional<Usage.Cost> cost =
        values.find(COST).map(usd -> new Usage.Cost(usd, Usage.Basis.REPORTED));
    return new ScriptedAgent((request, voice) -> {
      if (cost.isPresent()) {
        voice.emit(new RunEvent.ModelCalled(new Usage(1, 0, 0, 0, cost)));
      }
      if (takes.isPositive()) {
        voice.pause(takes);
      }
      voice.say(result);
      return voice.done(result);
    });
  }
}
