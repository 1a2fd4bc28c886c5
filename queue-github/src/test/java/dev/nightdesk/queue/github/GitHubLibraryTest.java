package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The library does what it is asked for, and nothing of its own accord. */
class GitHubLibraryTest extends GitHubStage {

  private QueueException answeredToAComment(Reply reply) throws Exception {
    String id = puts("written to");
    insteadOf("POST", "/comments", reply);
    return failure(() -> queue().deliver(id, List.of(note("k:1", "done"))));
  }

  private void insteadOf(String method, String end, Reply reply) {
    github()
        .instead(request ->
            request.method().equals(method) && request.path().endsWith(end)
                ? Optional.of(reply)
                : Optional.empty());
  }

  static Stream<Reply> limits() {
    Reply reset =
        Reply.of(403, "{}")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", Long.toString(Instant.now().getEpochSecond() + 600));
    return Stream.of(
        Reply.of(429, "{}"),
        Reply.of(403, "{}").with("Retry-After", "30"),
        Reply.of(403, "{}").with("Retry-After", "30").with("gh-limited-by", "search"),
        Reply.of(403, "{\"message\":\"You have exceeded a secondary rate limit.\"}"),
        reset);
  }

  @ParameterizedTest
  @MethodSource("limits")
  void neitherSleepsNorRepeatsWhereThereWereTooManyCalls(Reply limit) throws Exception {
    Instant began = Instant.now();
    QueueException failure = answeredToAComment(limit);
    assertThat(failure.kind()).isEqualTo(Kind.RETRY_LATER);
    assertThat(failure.after().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(10));
    assertThat(github().writes()).hasSize(1);
  }

  static Stream<Reply> refusals() {
    String here = "/repositories/2/issues/1/comments";
    return Stream.of(
        Reply.of(301, "{}").with("Location", here),
        Reply.of(307, "{}").with("Location", here),
        Reply.of(401, "{\"message\":\"Bad credentials\"}"),
        Reply.of(404, "{\"message\":\"Not Found\"}").with("ETag", "\"x\""),
        Reply.of(500, "{}"),
        Reply.of(502, "<html><title>Unicorn!</title></html>").with("Content-Type", "text/html"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void neitherFollowsNorRepeatsWhatIsRefused(Reply refusal) throws Exception {
    answeredToAComment(refusal);
    assertThat(github().writes())
        .singleElement()
        .satisfies(request -> assertThat(request.path()).startsWith(CannedGitHub.BASE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "null", "<html></html>", "{\"id\":1", "{\"id\":\"one\"}"})
  void takesNonsenseForAFailureAndQuotesNoneOfIt(String body) throws Exception {
    String id = puts("written to");
    for (String end : List.of("/comments", "/labels", "/issues")) {
      insteadOf("POST", end, Reply.of(201, body));
      QueueException failure =
          failure(() -> {
            if (end.equals("/issues")) {
              queue().add(new NewTask("new", "", List.of(), 0));
            } else {
              queue().claim(id, List.of(note("k:" + end.length(), "Working")));
            }
          });
      boolean none = end.equals("/labels") && body.equals("[]");
      assertThat(failure.kind()).as(end).isEqualTo(none ? Kind.FIX_SETTINGS : Kind.RETRY_LATER);
      assertThat(failure.getMessage()).doesNotContain("html", "\"id\"");
      assertThat(failure).as("Jackson would quote").hasNoCause();
    }
  }

  @Test
  void ownsNoTokenAndAsksForNothingByItself() throws Exception {
    queue().deliver(puts("written to"), List.of(note("k:1", "done")));
    assertThat(github().requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsOnly("Bearer " + github().token());
    assertThat(github().requests()).extracting(Request::path).doesNotContain("/", "/rate_limit");
  }

  @Test
  void removesALabelWithASlashInItsName() throws Exception {
    TaskQueue queue = open(Map.of("GITHUB_WORKING_LABEL", "agent/at work"));
    String id = puts("slashed");
    queue.claim(id, List.of(note("k:1", "Working")));
    List<Entry> done = List.of(note("k:2", "done"), new Entry.Move("k:3", Standing.REVIEW));
    queue.deliver(id, done);
    assertThat(github().issues.get(id).labels).containsExactly("agent-done");
  }

  @Test
  void endsAWriteWhenItsThreadIsInterrupted() throws Exception {
    String id = puts("interrupted");
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    github()
        .instead(request -> {
          if (request.method().equals("POST")) {
            arrived.countDown();
            hold(released);
          }
          return Optional.empty();
        });
    CompletableFuture<Class<?>> ended = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                queue().deliver(id, List.of(note("k:1", "done")));
              } catch (QueueException | InterruptedException | RuntimeException e) {
                ended.complete(e.getClass());
              }
            });
    arrived.await();
    writer.interrupt();
    await().atMost(Duration.ofSeconds(20)).until(ended::isDone);
    released.countDown();
    assertThat(ended).isCompletedWithValue(InterruptedException.class);
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void looksForItsLabelsOnEveryPageButOnNoOtherServer() throws Exception {
    for (int i = 0; i < 250; i++) {
      github().issues.knowsLabel("label %03d".formatted(i));
    }
    github().issues.knowsLabel("zzz");
    assertThat(open(Map.of("GITHUB_LABEL", "zzz")).check())
        .extracting(Finding::state)
        .containsOnly(Finding.State.GOOD);
    insteadOf(
        "GET",
        CannedGitHub.BASE + "/labels",
        Reply.of(200, "[]").with("Link", "<http://192.0.2.1/steal>; rel=\"next\""));
    assertThat(queue().check())
        .extracting(Finding::message)
        .anySatisfy(text -> assertThat(text).contains("another server"));
  }
}
