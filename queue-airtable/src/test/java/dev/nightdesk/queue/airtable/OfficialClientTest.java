package dev.nightdesk.queue.airtable;

import dev.nightdesk.testkit.OfficialClient;
import org.junit.jupiter.api.Test;

class OfficialClientTest {
  @Test
  void findsNothingStrangeInTheCannedAirtable() throws Exception {
    try (CannedAirtable airtable = new CannedAirtable()) {
      for (int i = 1; i <= 5; i++) {
        airtable.put(
            CannedTable.JSON
                .createObjectNode()
                .put(airtable.table.id("Name"), "Task " + i)
                .put(airtable.table.id("Status"), "Todo"));
      }
      OfficialClient.judge(
          "airtable.mjs",
          airtable.url().toString(),
          CannedAirtable.TOKEN,
          CannedAirtable.BASE,
          CannedAirtable.TABLE);
    }
  }
}
