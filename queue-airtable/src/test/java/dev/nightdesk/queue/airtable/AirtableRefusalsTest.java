package dev.nightdesk.queue.airtable;

import static dev.nightdesk.spi.QueueException.Kind.FIX_SETTINGS;
import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service refuses, in every form, and what becomes of it. */
class AirtableRefusalsTest extends AirtableStage {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>slow down</html>",
        "{\"error\":\"RATE_LIMIT_REACHED\"}",
        "{\"errors\":[{\"error\":\"RATE_LIMIT_REACHED\",\"message\":\"x\"}]}",
        "{\"error\":{\"type\":\"TOO_MANY_REQUESTS\",\"message\":\"x\"}}"
      })
  void waitsThePenaltyAndAsksNobodyMeanwhile(String body) throws Exception {
    poll();
    service().instead(request -> Optional.of(Reply.of(429, body).with("Retry-After", "1")));
    assertThat(refusal(this::poll).after()).contains(Duration.ofSeconds(30));
    service().asUsual();
    service().forget();
    QueueException waiting = refusal(this::poll);
    assertThat(waiting.kind()).isEqualTo(RETRY_LATER);
    assertThat(waiting.after().orElseThrow())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    assertThat(service().requests()).isEmpty();
  }

  @Test
  void waitsLongerWhereItIsAskedTo() {
    service().instead(request -> Optional.of(Reply.of(429, "").with("Retry-After", "90")));
    assertThat(refusal(this::poll).after()).contains(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errors\":[{\"error\":\"PUBLIC_API_BILLING_LIMIT_EXCEEDED\",\"message\":\"x\"}]}",
        "{\"error\":{\"type\":\"PUBLIC_API_BILLING_LIMIT_EXCEEDED\"}}",
        "{\"error\":\"PUBLIC_API_BILLING_LIMIT_EXCEEDED\"}"
      })
  void stopsWhereTheCallsOfTheMonthAreUsedUp(String body) {
    service().instead(request -> Optional.of(Reply.of(429, body)));
    QueueException refusal = refusal(this::poll);
    assertThat(refusal.kind()).isEqualTo(FIX_SETTINGS);
    assertThat(refusal).hasMessageContaining("month");
    assertThat(refusal.after()).isEmpty();
  }

  @Test
  void saysThatTheTokenIsWrong() {
    try (TaskQueue stranger = open(Map.of("AIRTABLE_API_KEY", "patWrong"))) {
      QueueException refusal = refusal(() -> stranger.poll(Optional.empty()));
      assertThat(refusal.kind()).isEqualTo(FIX_SETTINGS);
      assertThat(refusal).hasMessageContaining("AIRTABLE_API_KEY");
      assertThat(refusal.getMessage()).doesNotContain("patWrong");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema.bases:read",
        "data.records:read",
        "data.records:write",
        "data.recordComments:read",
        "data.recordComments:write"
      })
  void saysWhichScopesATokenNeedsAndNeverThatTheTaskIsGone(String missing) throws Exception {
    String id = fixture().person().puts(Draft.of("there"));
    service().schema.scopes.remove(missing);
    QueueException refusal =
        refusal(() -> {
          poll();
          queue().claim(id, List.of(note("k", "Working on it")));
        });
    assertThat(refusal.kind()).isEqualTo(FIX_SETTINGS);
    assertThat(refusal).hasMessageContaining(missing);
  }

  @Test
  void doesNotTakeARefusedBaseForADeletedTask() throws Exception {
    String id = fixture().person().puts(Draft.of("there"));
    poll();
    service().instead(request -> Optional.of(Reply.of(404, "{\"error\":\"NOT_FOUND\"}")));
    assertThat(refusal(() -> queue().find(id)).kind()).isEqualTo(FIX_SETTINGS);
  }

  @Test
  void findsOutThatATaskIsGoneThoughTheServiceDoesNotSay() throws Exception {
    String id = fixture().person().puts(Draft.of("there"));
    poll();
    service().delete(id);
    service()
        .instead(request ->
            request.path().endsWith(id)
                ? Optional.of(
                    CannedAirtable.refusal(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "x"))
                : Optional.empty());
    assertThat(queue().find(id)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"records\":{}}",
        "{\"records\":[{\"fields\":{}}]}",
        "{\"records\":[{\"id\":\"rec00000000000001\"}]}",
        "{\"records\":[]",
        "<html></html>",
        ""
      })
  void neverTakesNonsenseForAnEmptyTable(String body) throws Exception {
    fixture().person().puts(Draft.of("there"));
    poll();
    service().instead(request -> Optional.of(Reply.of(200, body)));
    assertThat(refusal(this::poll).kind()).isEqualTo(RETRY_LATER);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 408, 500, 502, 503, 504})
  void triesAgainLater(int status) throws Exception {
    poll();
    service().instead(request -> Optional.of(Reply.of(status, "").with("Location", "http://x/")));
    assertThat(refusal(this::poll).kind()).isEqualTo(RETRY_LATER);
  }

  @Test
  void startsAListingAnewThatTheServiceForgot() throws Exception {
    fixture().person().puts(many(250));
    AtomicInteger pages = new AtomicInteger();
    service()
        .instead(request -> {
          if (pages.incrementAndGet() == 4) {
            service().forgetListings();
          }
          return Optional.empty();
        });
    assertThat(poll().tasks()).hasSize(250).extracting(Task::id).doesNotHaveDuplicates();
    assertThat(pages.get()).isGreaterThan(5);
  }

  @Test
  void givesUpOnAListingThatIsForgottenAgainAndAgain() throws Exception {
    fixture().person().puts(many(150));
    service()
        .instead(request -> {
          service().forgetListings();
          return Optional.empty();
        });
    assertThat(refusal(this::poll).kind()).isEqualTo(RETRY_LATER);
    assertThat(service().requests()).hasSizeLessThan(10);
  }

  @Test
  void givesUpOnAListingThatGoesInCircles() throws Exception {
    poll();
    service()
        .instead(request -> Optional.of(Reply.of(200, "{\"records\":[],\"offset\":\"again\"}")));
    assertThat(refusal(this::poll).kind()).isEqualTo(RETRY_LATER);
  }

  private static List<Draft> many(int count) {
    return IntStream.range(0, count).mapToObj(i -> Draft.of("task " + i)).toList();
  }
}
