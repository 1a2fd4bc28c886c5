package dev.nightdesk.queue.linear;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.util.List;

/** Makes queues of issues of a Linear team. */
public final class LinearQueueProvider implements TaskQueueProvider {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Linear counts calls by the hour; this only keeps a long listing from being a burst. */
  private static final Pace.Rate RATE =
      new Pace.Rate(4, Duration.ofMillis(25), Duration.ofMillis(50));

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public List<Setting<?>> settings() {
    return LinearNames.settings();
  }

  @Override
  public List<String> problems(Values values) {
    return LinearNames.from(values).problems();
  }

  /** An OAuth token may be an app's, whose own user gives no tasks. */
  @Override
  public Trust trust(Values values) {
    return LinearNames.from(values).personal() ? Trust.OWNER : Trust.MUST_BE_NAMED;
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    LinearNames names = LinearNames.from(values);
    Pace pace = Pace.shared(names.url().toString(), names.key(), RATE);
    return LinearQueue.open(names, LIMIT, pace, desk.clock());
  }
}
