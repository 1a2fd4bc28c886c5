package dev.nightdesk.queue.todoist;

import dev.nightdesk.testkit.OfficialClient;
import dev.nightdesk.toolkit.http.Json;
import org.junit.jupiter.api.Test;

class OfficialClientTest {
  @Test
  void findsNothingStrangeInTheCannedTodoist() throws Exception {
    try (CannedTodoist todoist = new CannedTodoist()) {
      for (int i = 0; i < 5; i++) {
        todoist.state.addItem(Json.object().put("content", "Task " + i), CannedState.OWNER);
      }
      OfficialClient.judge("todoist.mjs", todoist.url().toString(), CannedTodoist.TOKEN);
    }
  }
}
