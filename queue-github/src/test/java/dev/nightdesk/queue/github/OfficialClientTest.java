package dev.nightdesk.queue.github;

import dev.nightdesk.testkit.OfficialClient;
import org.junit.jupiter.api.Test;

class OfficialClientTest {
  @Test
  void findsNothingStrangeInTheCannedGitHub() throws Exception {
    try (CannedGitHub github = new CannedGitHub()) {
      for (int i = 1; i <= 5; i++) {
        github.issues.open("ann", "Issue " + i, "");
      }
      OfficialClient.judge(
          "octokit.mjs",
          github.url().toString(),
          github.token(),
          CannedGitHub.OWNER,
          CannedGitHub.NAME);
    }
  }
}
