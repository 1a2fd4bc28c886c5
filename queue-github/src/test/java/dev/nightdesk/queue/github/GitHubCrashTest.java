package dev.nightdesk.queue.github;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.workertest.WorkerDeathContract;
import java.time.Duration;
import java.util.List;

/** Worker processes on issues that die at every step. */
@Thorough
class GitHubCrashTest extends WorkerDeathContract {

  @Override
  protected QueueFixture fixture() throws Exception {
    return new GitHubFixture(new CannedGitHub());
  }

  @Override
  protected Class<? extends TaskQueueProvider> provider() {
    return Hurried.class;
  }

  /** GitHub wants a second after each write: too long for so many tasks at once. */
  public static final class Hurried implements TaskQueueProvider {
    private final TaskQueueProvider provider =
        new GitHubQueueProvider(GitHubFixture.FAST, Duration.ofSeconds(30), Duration.ofSeconds(60));

    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public List<Setting<?>> settings() {
      return provider.settings();
    }

    @Override
    public TaskQueue open(Values values, Desk desk) {
      return provider.open(values, desk);
    }
  }
}
