package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.settings.canned.EchoAgent;
import dev.nightdesk.settings.canned.ShelfQueue;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.TaskQueueProvider;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** One queue and one agent to choose from, and settings for them. */
abstract class SettingsStage {
  static final Adapters ADAPTERS =
      new Adapters(List.of(queue(new ShelfQueue(), "shelf.jar")), List.of(agent()), List.of());

  @TempDir Path folder;

  static Adapter<TaskQueueProvider> queue(TaskQueueProvider provider, String jar) {
    return new Adapter<>(provider.name(), provider.settings(), provider, jar);
  }

  static Adapter<AgentRunnerProvider> agent() {
    var echo = new EchoAgent();
    return new Adapter<>(echo.name(), echo.settings(), echo, "echo.jar");
  }

  Settings settings(String... pairs) {
    return new Settings(Variables.of(map(pairs)), folder);
  }

  static Map<String, String> map(String... pairs) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** Settings that are right, and these. */
  Settings rightAnd(String... pairs) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("WORKER_QUEUE", "shelf", "WORKER_AGENT", "echo", "SHELF_TOKEN", "tok-12345"));
    all.putAll(map(pairs));
    return new Settings(Variables.of(all), folder);
  }

  static List<ConfiguredWorker> workers(Settings settings) {
    return settings.workers(ADAPTERS, List.of());
  }

  static SettingsException failure(Settings settings) {
    return catchThrowableOfType(SettingsException.class, () -> workers(settings));
  }
}
