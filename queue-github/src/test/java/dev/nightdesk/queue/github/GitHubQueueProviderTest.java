package dev.nightdesk.queue.github;

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

class GitHubQueueProviderTest {
  private final GitHubQueueProvider provider = new GitHubQueueProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(TaskQueueProvider.class))
        .extracting(TaskQueueProvider::name)
        .containsExactly("github");
  }

  @Test
  void hasTheSettingsThatTheUserWasPromised() {
    assertThat(provider.settings())
        .extracting(Setting::name)
        .containsExactly(
            "GITHUB_TOKEN",
            "GITHUB_APP_ID",
            "GITHUB_APP_PRIVATE_KEY_FILE",
            "GITHUB_REPOSITORY",
            "GITHUB_LABEL",
            "GITHUB_DONE_LABEL",
            "GITHUB_FAILED_LABEL",
            "GITHUB_WORKING_LABEL",
            "GITHUB_HELD_LABEL",
            "GITHUB_API_URL");
    assertThat(GitHubQueueProvider.TOKEN.hidden()).isTrue();
  }

  private List<String> problems(String... pairs) {
    return provider.problems(values(pairs));
  }

  private static GivenValues values(String... pairs) {
    Map<String, String> all = new HashMap<>(Map.of("GITHUB_REPOSITORY", "octo/desk"));
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return GivenValues.of(all);
  }

  @Test
  void wantsATokenOrAnAppButNotBoth() {
    assertThat(problems("GITHUB_TOKEN", "t")).isEmpty();
    assertThat(problems()).singleElement().asString().contains("GITHUB_TOKEN");
    assertThat(problems("GITHUB_TOKEN", "t", "GITHUB_APP_ID", "1")).hasSize(1);
    assertThat(problems("GITHUB_APP_ID", "1")).singleElement().asString().contains("set both");
    assertThat(problems("GITHUB_APP_ID", "1", "GITHUB_APP_PRIVATE_KEY_FILE", "/nowhere"))
        .singleElement()
        .asString()
        .contains("cannot be read");
    assertThat(problems("GITHUB_TOKEN", "two words")).hasSize(1);
    assertThat(problems("GITHUB_TOKEN", "t", "GITHUB_LABEL", "Agent-Done")).hasSize(1);
  }

  @Test
  void obeysTheTokensOwnerAndWantsAnAppsAuthorsNamed() {
    assertThat(provider.trust(values("GITHUB_TOKEN", "t")))
        .isEqualTo(TaskQueueProvider.Trust.OWNER);
    assertThat(provider.trust(values("GITHUB_APP_ID", "1")))
        .isEqualTo(TaskQueueProvider.Trust.MUST_BE_NAMED);
  }

  @Test
  void refusesAddressesThatWouldShowTheToken() {
    for (String bad : List.of("http://example.org", "ftp://x", "https://u:p@h", "https://h/?x=1")) {
      assertThatIllegalArgumentException().isThrownBy(() -> GitHubNames.API.parse(bad));
    }
    for (String bad : List.of("desk", "octo/desk/x", "octo/..", "https://github.com/octo/desk")) {
      assertThatIllegalArgumentException().isThrownBy(() -> GitHubNames.REPOSITORY.parse(bad));
    }
    GitHubNames own = GitHubNames.from(values("GITHUB_API_URL", "https://ghe.example.org/api/v3/"));
    assertThat(own.in("issues", "5").build())
        .hasToString("https://ghe.example.org/api/v3/repos/octo/desk/issues/5");
    assertThat(own.in("issues", "5", "labels", "a b/ü").build().encodedPath())
        .endsWith("/labels/a%20b%2F%C3%BC");
  }
}
