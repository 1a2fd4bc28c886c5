package dev.nightdesk.queue.github;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.TaskQueueContract;

/** Issues keep to the contract of every queue. */
class GitHubQueueTest extends TaskQueueContract {
  @Override
  protected QueueFixture fixture() throws Exception {
    return new GitHubFixture(new CannedGitHub());
  }
}
