package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.GivenValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class AirtableQueueProviderTest {
  private final AirtableQueueProvider provider = new AirtableQueueProvider();

  private static GivenValues values(String... other) {
    Map<String, String> all =
        new HashMap<>(Map.of("AIRTABLE_BASE_ID", "appX", "AIRTABLE_TABLE", "Tasks"));
    for (int i = 0; i < other.length; i += 2) {
      all.put(other[i], other[i + 1]);
    }
    return GivenValues.of(all);
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(TaskQueueProvider.class))
        .extracting(TaskQueueProvider::name)
        .containsExactly("airtable");
    assertThat(provider.pollInterval()).hasSeconds(60);
  }

  @Test
  void hasTheSettingsThatTheUserWasPromised() {
    assertThat(provider.settings())
        .extracting(Setting::name)
        .containsExactly(
            "AIRTABLE_API_KEY",
            "AIRTABLE_BASE_ID",
            "AIRTABLE_TABLE",
            "AIRTABLE_TITLE_FIELD",
            "AIRTABLE_DESCRIPTION_FIELD",
            "AIRTABLE_STATUS_FIELD",
            "AIRTABLE_PRIORITY_FIELD",
            "AIRTABLE_DUE_FIELD",
            "AIRTABLE_BLOCKED_BY_FIELD",
            "AIRTABLE_RESULT_FIELD",
            "AIRTABLE_AUTHOR_FIELD",
            "AIRTABLE_READY_STATUS",
            "AIRTABLE_WORKING_STATUS",
            "AIRTABLE_REVIEW_STATUS",
            "AIRTABLE_FAILED_STATUS",
            "AIRTABLE_HELD_STATUS",
            "AIRTABLE_API_URL");
    assertThat(provider.settings())
        .filteredOn(Setting::required)
        .extracting(Setting::name)
        .containsExactly("AIRTABLE_API_KEY", "AIRTABLE_BASE_ID", "AIRTABLE_TABLE");
    assertThat(provider.settings())
        .filteredOn(Setting::hidden)
        .extracting(Setting::name)
        .containsExactly("AIRTABLE_API_KEY");
  }

  @Test
  void wantsAuthorsNamedWhereItCannotTellThem() {
    assertThat(provider.trust(values())).isEqualTo(TaskQueueProvider.Trust.MUST_BE_NAMED);
    assertThat(provider.trust(values("AIRTABLE_AUTHOR_FIELD", "Made by")))
        .isEqualTo(TaskQueueProvider.Trust.OWNER);
  }

  @Test
  void wantsStatusesThatCanBeToldApart() {
    assertThat(provider.problems(values())).isEmpty();
    assertThat(provider.problems(values("AIRTABLE_HELD_STATUS", "Failed"))).isEmpty();
    assertThat(provider.problems(values("AIRTABLE_HELD_STATUS", "Review")))
        .containsExactly(
            "AIRTABLE_REVIEW_STATUS and AIRTABLE_HELD_STATUS are both 'Review': they must differ.");
  }

  @Test
  void sendsTheTokenOverAnOpenLineToNobody() {
    for (String url :
        List.of(
            "http://api.airtable.com",
            "ftp://x",
            "api.airtable.com",
            "https://a:b@x",
            "https://x/?y")) {
      assertThatIllegalArgumentException()
          .as(url)
          .isThrownBy(() -> AirtableQueueProvider.URL.parse(url))
          .withMessageContaining("https://api.airtable.com");
    }
    assertThat(AirtableQueueProvider.URL.parse("http://127.0.0.1:80").host())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void saysWhatABaseIsCalled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Names.BASE.parse("https://airtable.com/app1/tbl2"))
        .withMessageContaining("appAbCdEfGhIjKlMn");
  }
}
