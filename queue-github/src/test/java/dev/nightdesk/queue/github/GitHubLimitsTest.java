package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** Limits in every form, and refusals that look like them. */
class GitHubLimitsTest extends GitHubStage {
  private static final String SECONDARY =
      "{\"message\":\"You have exceeded a secondary rate limit. Please wait a few minutes.\"}";

  private QueueException answered(Reply reply) {
    github().instead(request -> Optional.of(reply));
    return failure(this::whole);
  }

  private void waits(Reply reply, Duration least, Duration most) throws Exception {
    QueueException failure = answered(reply);
    assertThat(failure.kind()).isEqualTo(Kind.RETRY_LATER);
    assertThat(failure.after().orElseThrow()).isBetween(least, most);
    github().asUsual();
    github().forget();
    assertThat(failure(this::whole).after()).as("everybody waits").isPresent();
    assertThat(github().requests()).isEmpty();
  }

  @Test
  void waitsAsManySecondsAsItIsTold() throws Exception {
    waits(Reply.of(429, "{}").with("Retry-After", "120"), seconds(120), seconds(120));
  }

  @Test
  void waitsAfterA403WithSecondsAsWell() throws Exception {
    waits(Reply.of(403, "{}").with("Retry-After", "30"), seconds(30), seconds(30));
  }

  @Test
  void waitsUntilThePrimaryLimitIsReset() throws Exception {
    long reset = Instant.now().getEpochSecond() + 600;
    Reply reply =
        Reply.of(403, "{\"message\":\"API rate limit exceeded for user ID 1.\"}")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", Long.toString(reset));
    waits(reply, seconds(590), seconds(602));
  }

  @Test
  void countsTheTimeToTheResetByGitHubsOwnClock() {
    Instant now = Instant.parse("2028-01-01T00:00:00Z");
    Headers headers =
        Headers.of(
            "x-ratelimit-remaining",
            "0",
            "Date",
            "Sat, 01 Jan 2028 00:00:00 GMT",
            "x-ratelimit-reset",
            Long.toString(now.getEpochSecond() + 600));
    Answer answer = new Answer("GitHub", 403, headers, "");
    assertThat(GitHubFaults.wait(answer, now.minusSeconds(3000))).contains(seconds(601));
  }

  @Test
  void waitsAMinuteWhereA403SaysItOnlyInItsBody() throws Exception {
    waits(Reply.of(403, SECONDARY), seconds(60), seconds(60));
  }

  @Test
  void waitsAMinuteWhereOnlyTheWordsTellALimitFromAMissingRight() throws Exception {
    waits(Reply.of(403, "{\"message\":\"API rate limit exceeded\"}"), seconds(60), seconds(60));
  }

  @Test
  void waitsAnHourAtMostForAResetThatIsFarAway() {
    Headers headers = Headers.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", "99999999999");
    Answer answer = new Answer("GitHub", 403, headers, "");
    assertThat(GitHubFaults.wait(answer, Instant.now())).contains(seconds(3600));
  }

  @Test
  void waitsTwiceAsLongEachTimeWhereGitHubDoesNotSayHowLong() throws Exception {
    Pace.Rate rate = new Pace.Rate(1, Duration.ZERO, Duration.ZERO);
    HttpApi http = new HttpApi("GitHub", HttpApi.client(seconds(10)), new Pace(rate));
    Request.Builder request = new Request.Builder().url(github().url() + "/user");
    try (GitHubWire wire = new GitHubWire(http, new Pace(rate), InstantSource.system())) {
      for (int round = 0; round < 2; round++) {
        github().instead(any -> Optional.of(Reply.of(429, "{}")));
        for (int wait : new int[] {60, 120, 240}) {
          assertThat(failure(() -> wire.send(request, "token")).after()).contains(seconds(wait));
        }
        github().asUsual();
        assertThat(wire.send(request, github().token()).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void waitsAsLongAsABrokenGitHubAsks() {
    assertThat(answered(Reply.of(503, "").with("Retry-After", "20")).after()).contains(seconds(20));
  }

  @Test
  void waitsAMinuteAfterA429ThatSaysNothing() throws Exception {
    waits(Reply.of(429, "<html>slow down</html>"), seconds(60), seconds(60));
  }

  @Test
  void waitsAnHourAtMostHoweverAbsurdTheAnswerIs() throws Exception {
    waits(Reply.of(429, "{}").with("Retry-After", "99999999"), seconds(3600), seconds(3600));
  }

  @Test
  void sharesTheWaitAmongAllQueuesOfAToken() throws Exception {
    answered(Reply.of(429, "{}").with("Retry-After", "120"));
    github().asUsual();
    github().forget();
    QueueException waiting = failure(() -> open(Map.of()).poll(Optional.empty()));
    assertThat(waiting.after().orElseThrow()).isBetween(seconds(110), seconds(120));
    assertThat(github().requests()).isEmpty();
    failure(() -> open(Map.of("GITHUB_TOKEN", "another")).poll(Optional.empty()));
    assertThat(github().requests()).as("who has another token need not wait").hasSize(1);
  }

  @Test
  void takesA403WithoutAnyOfThatForAMissingRight() {
    QueueException failure =
        answered(
            Reply.of(403, "{\"message\":\"Resource not accessible by personal access token\"}"));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("octo/desk", "Issues: Read and write");
  }

  @Test
  void saysThatSingleSignOnWantsTheTokenAuthorized() {
    QueueException failure =
        answered(Reply.of(403, "{}").with("X-GitHub-SSO", "required; url=https://x"));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("single sign-on");
  }

  @Test
  void saysThatTheTokenIsWrong() {
    QueueException failure =
        failure(() -> open(Map.of("GITHUB_TOKEN", "github_pat_wrong")).poll(Optional.empty()));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("GITHUB_TOKEN").doesNotContain("github_pat_wrong");
  }

  @Test
  void saysThatTheRepositoryIsWrong() {
    QueueException failure =
        failure(() -> open(Map.of("GITHUB_REPOSITORY", "octo/none")).poll(Optional.empty()));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("octo/none", "GITHUB_REPOSITORY");
  }

  @Test
  void saysThatTheRepositoryWasRenamedAndReplaysNothing() {
    QueueException failure =
        answered(Reply.of(301, "{}").with("Location", "http://127.0.0.1:1/repositories/1/issues"));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure.getMessage()).contains("renamed");
    assertThat(github().requests()).hasSize(1);
  }

  @Test
  void doesNotTakeTasksForDeletedWhileTheRepositoryIsOutOfReach() throws Exception {
    String id = puts("there");
    github().instead(request -> Optional.of(Reply.of(404, "{\"message\":\"Not Found\"}")));
    assertThat(failure(() -> queue().find(id)).kind()).isEqualTo(Kind.FIX_SETTINGS);
  }

  @Test
  void takesNonsenseForAFailure() throws Exception {
    puts("there");
    for (String body : new String[] {"{}", "", "null", "<html></html>", "[{}]", "[{\"number\":1"}) {
      assertThat(answered(Reply.of(200, body)).kind()).as(body).isEqualTo(Kind.RETRY_LATER);
    }
    assertThat(answered(Reply.of(502, "<html>")).kind()).isEqualTo(Kind.RETRY_LATER);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
