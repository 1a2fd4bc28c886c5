package dev.nightdesk.queue.todoist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.GivenValues;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TodoistQueueProviderTest {
  private final TodoistQueueProvider provider = new TodoistQueueProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(TaskQueueProvider.class))
        .extracting(TaskQueueProvider::name)
        .containsExactly("todoist");
    assertThat(provider.trust(GivenValues.of(Map.of()))).isEqualTo(TaskQueueProvider.Trust.OWNER);
  }

  @Test
  void hasTheSettingsThatTheUserWasPromised() {
    assertThat(provider.settings())
        .extracting(Setting::name)
        .containsExactly(
            "TODOIST_API_TOKEN",
            "TODOIST_PROJECT",
            "TODOIST_DONE_LABEL",
            "TODOIST_FAILED_LABEL",
            "TODOIST_WORKING_LABEL",
            "TODOIST_HELD_LABEL",
            "TODOIST_API_URL");
    assertThat(provider.settings())
        .filteredOn(Setting::required)
        .extracting(Setting::name)
        .containsExactly("TODOIST_API_TOKEN", "TODOIST_PROJECT");
    assertThat(provider.settings())
        .filteredOn(Setting::hidden)
        .extracting(Setting::name)
        .containsExactly("TODOIST_API_TOKEN");
    assertThat(Labels.from(GivenValues.of(Map.of())).names().values())
        .containsExactly("agent-working", "agent-held", "agent-failed", "agent-done");
    assertThat(provider.problems(GivenValues.of(Map.of()))).isEmpty();
  }

  @Test
  void wantsLabelsThatCanBeToldApart() {
    assertThat(
            provider.problems(
                GivenValues.of(
                    Map.of("TODOIST_DONE_LABEL", "agent", "TODOIST_HELD_LABEL", "agent"))))
        .isEqualTo(
            List.of(
                "TODOIST_HELD_LABEL and TODOIST_DONE_LABEL are both 'agent': they must differ."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@done"})
  void saysWhatALabelLooksLike(String label) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.setting(dev.nightdesk.spi.Standing.REVIEW).parse(label))
        .withMessageContaining("without @");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "api.todoist.com",
        "http://api.todoist.com/api/v1",
        "https://me:secret@api.todoist.com/api/v1",
        "https://api.todoist.com/api/v1?token=1",
        "ftp://api.todoist.com"
      })
  void sendsTheTokenToNoAddressThatCouldGiveItAway(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TodoistQueueProvider.URL.parse(url))
        .withMessageContaining("https://api.todoist.com/api/v1");
  }

  @Test
  void bearsASlashAtTheEnd() {
    assertThat(TodoistQueueProvider.URL.parse("https://api.todoist.com/api/v1/"))
        .hasToString("https://api.todoist.com/api/v1");
  }
}
