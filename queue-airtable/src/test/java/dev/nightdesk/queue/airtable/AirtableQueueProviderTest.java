package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.GivenValues;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  @Test
  void slowsDownEveryQueueOnABaseOnceOneIsTold() throws Exception {
    try (AirtableFixture fixture = new AirtableFixture();
        TaskQueue one = open(fixture, Map.of());
        TaskQueue other = open(fixture, Map.of("AIRTABLE_TABLE", "Other"));
        TaskQueue elsewhere = open(fixture, Map.of("AIRTABLE_BASE_ID", "appElsewhere00000"))) {
      one.poll(Optional.empty());
      fixture.service.instead(request -> Optional.of(Reply.of(429, "")));
      assertThat(AirtableStage.refusal(() -> one.poll(Optional.empty())).after())
          .contains(Duration.ofSeconds(30));
      fixture.service.asUsual();
      fixture.service.forget();
      assertThat(AirtableStage.refusal(() -> other.poll(Optional.empty())).after().orElseThrow())
          .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
      assertThat(fixture.service.requests()).as("while all wait").isEmpty();
      assertThat(AirtableStage.refusal(() -> elsewhere.poll(Optional.empty())).kind())
          .isEqualTo(QueueException.Kind.FIX_SETTINGS);
      assertThat(fixture.service.requests()).as("on another base").hasSize(1);
    }
  }

  @Test
  void staysBelowFiveCallsASecond() throws Exception {
    try (AirtableFixture fixture = new AirtableFixture();
        TaskQueue one = open(fixture, Map.of());
        TaskQueue other = open(fixture, Map.of())) {
      one.poll(Optional.empty());
      other.poll(Optional.empty());
      long from = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        one.poll(Optional.empty());
        other.poll(Optional.empty());
      }
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  private TaskQueue open(AirtableFixture fixture, Map<String, String> other) {
    Map<String, String> settings = new HashMap<>(AirtableFixture.SETTINGS);
    settings.put("AIRTABLE_API_URL", fixture.service.url().toString());
    settings.putAll(other);
    return provider.open(GivenValues.of(settings), fixture.desk());
  }
}
