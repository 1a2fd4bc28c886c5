package dev.nightdesk.queue.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.GivenValues;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear's ways to say no. */
class LinearLimitsTest extends LinearStage {
  private static Reply limited(int status) {
    return CannedLinear.refused(status, "ratelimited", "RATELIMITED", "Rate limit exceeded");
  }

  private QueueException polled() {
    return failure(() -> queue().poll(Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 429, 200})
  void waitsAsLongAsRetryAfterAsks(int status) {
    answers(limited(status).with("Retry-After", "37"));
    assertThat(polled().kind()).isEqualTo(Kind.RETRY_LATER);
    assertThat(polled().after().orElseThrow())
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(37));
  }

  @Test
  void readsTheResetAsMilliseconds() {
    long reset = Instant.now().plusSeconds(120).toEpochMilli();
    answers(
        limited(400)
            .with("X-RateLimit-Requests-Remaining", "0")
            .with("X-RateLimit-Requests-Reset", String.valueOf(reset))
            .with("X-RateLimit-Complexity-Remaining", "1000")
            .with("X-RateLimit-Complexity-Reset", String.valueOf(reset + 900_000)));
    assertThat(polled().after().orElseThrow())
        .isBetween(Duration.ofSeconds(100), Duration.ofSeconds(121));
  }

  @Test
  void readsTheResetAsSecondsToo() {
    long reset = Instant.now().plusSeconds(120).getEpochSecond();
    answers(
        limited(400)
            .with("X-RateLimit-Complexity-Remaining", "0")
            .with("X-RateLimit-Complexity-Reset", String.valueOf(reset)));
    assertThat(polled().after().orElseThrow())
        .isBetween(Duration.ofSeconds(100), Duration.ofSeconds(121));
  }

  @Test
  void waitsAMinuteWhereItIsNotToldHowLong() {
    answers(Reply.of(429, "<html>slow down</html>"));
    assertThat(polled().after()).contains(Duration.ofMinutes(1));
  }

  @Test
  void neverWaitsLongerThanAnHour() {
    answers(limited(400).with("Retry-After", "999999"));
    assertThat(polled().after()).contains(Duration.ofHours(1));
  }

  @Test
  void asksNothingMoreWhileItWaits() {
    answers(limited(400).with("Retry-After", "60"));
    polled();
    int asked = linear().requests().size();
    for (int i = 0; i < 20; i++) {
      assertThat(polled().after()).isPresent();
    }
    assertThat(linear().requests()).hasSize(asked);
  }

  @Test
  void letsAllWorkersOfAKeyWaitAndNobodyElse(@TempDir Path home) throws Exception {
    TaskQueueProvider provider = new LinearQueueProvider();
    Desk desk = new Desk("worker", home, InstantSource.system());
    Map<String, String> settings =
        Map.of(
            "LINEAR_API_KEY",
            CannedLinear.PERSONAL,
            "LINEAR_TEAM",
            "ENG",
            "LINEAR_API_URL",
            "http://127.0.0.1:%d/graphql".formatted(linear().address().getPort()));
    try (TaskQueue one = provider.open(GivenValues.of(settings), desk);
        TaskQueue two = provider.open(GivenValues.of(settings), desk)) {
      answers(limited(400).with("Retry-After", "60"));
      failure(() -> one.poll(Optional.empty()));
      linear().asUsual();
      linear().forget();
      assertThat(failure(() -> two.poll(Optional.empty())).after()).isPresent();
      assertThat(linear().requests()).isEmpty();
      assertThat(queue().poll(Optional.empty()).tasks()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, internal error, RETRY_LATER",
    "500, internal error, RETRY_LATER",
    "200, lock timeout, RETRY_LATER",
    "200, network error, RETRY_LATER",
    "200, bootstrap error, RETRY_LATER",
    "200, something new, RETRY_LATER",
    "200, authentication error, FIX_SETTINGS",
    "401, other, FIX_SETTINGS",
    "403, forbidden, FIX_SETTINGS",
    "200, feature not accessible, FIX_SETTINGS",
    "400, usage limit exceeded, FIX_SETTINGS",
    "400, graphql error, FIX_SETTINGS",
    "200, user error, FIX_SETTINGS"
  })
  void sortsErrorsByTheirType(int status, String type, Kind kind) {
    answers(CannedLinear.refused(status, type, "", "Because of this"));
    assertThat(polled().kind()).isEqualTo(kind);
    assertThat(polled()).hasMessageContaining("Because of this");
  }

  @ParameterizedTest
  @CsvSource({
    "200, '', RETRY_LATER",
    "200, '{}', RETRY_LATER",
    "200, '[]', RETRY_LATER",
    "200, '{\"data\":null}', RETRY_LATER",
    "200, '{\"data\":{}}', RETRY_LATER",
    "200, '{\"data\":{\"viewer\":{\"id\":\"x\"}', RETRY_LATER",
    "200, '<html>maintenance</html>', RETRY_LATER",
    "502, '<html>bad gateway</html>', RETRY_LATER",
    "400, '<html>what</html>', RETRY_LATER",
    "401, '', FIX_SETTINGS",
    "403, '<html>no</html>', FIX_SETTINGS",
    "404, '<html>no</html>', FIX_SETTINGS",
    "301, '', FIX_SETTINGS"
  })
  void neverTakesNonsenseForAnEmptyList(int status, String body, Kind kind) {
    answers(Reply.of(status, body));
    assertThat(polled().kind()).isEqualTo(kind);
  }

  @Test
  void takesAnAnswerWithABadStatusForNone() {
    linear()
        .instead(request -> {
          Reply usual = linear().act(request);
          return Optional.of(Reply.of(502, usual.body()));
        });
    assertThat(polled().kind()).isEqualTo(Kind.RETRY_LATER);
  }

  @Test
  void takesDataBesideAnErrorForNothing() {
    answers(
        Reply.of(
            200,
            "{\"data\":{\"issues\":{\"nodes\":[]}},\"errors\":[{\"message\":\"half\",\"extensions\":{\"type\":\"internal error\"}}]}"));
    assertThat(polled().kind()).isEqualTo(Kind.RETRY_LATER);
  }

  @Test
  void neverTellsTheKey() {
    answers(
        CannedLinear.refused(
            401, "authentication error", "X", "no user for " + CannedLinear.PERSONAL));
    assertThat(polled()).hasMessageNotContaining(CannedLinear.PERSONAL);
  }
}
