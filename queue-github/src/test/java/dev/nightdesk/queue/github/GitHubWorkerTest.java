package dev.nightdesk.queue.github;

import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.workertest.WorkerContract;

/** A worker on issues does what a person expects. */
class GitHubWorkerTest extends WorkerContract {
  @Override
  protected QueueFixture fixture() throws Exception {
    return new GitHubFixture(new CannedGitHub());
  }
}
