package dev.nightdesk.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Pace.Rate;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpApiTest {
  private final MockWebServer server = new MockWebServer();
  private final HttpApi api = api(Duration.ofSeconds(5));

  private static HttpApi api(Duration limit) {
    Rate rate = new Rate(4, Duration.ZERO, Duration.ZERO);
    return new HttpApi("The service", HttpApi.client(limit), new Pace(rate));
  }

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private Request get() {
    return new Request.Builder().url(server.url("/")).build();
  }

  private Request post() {
    return new Request.Builder().url(server.url("/")).post(RequestBody.EMPTY).build();
  }

  private void answers(SocketEffect effect) {
    server.enqueue(new MockResponse.Builder().body("{\"a\":1}").onResponseBody(effect).build());
  }

  @Test
  void returnsTheAnswerWhateverItsStatus() throws Exception {
    server.enqueue(
        new MockResponse.Builder().code(429).addHeader("Retry-After", "7").body("slow").build());
    Answer answer = api.send(get());
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).isEqualTo("slow");
    assertThat(answer.retryAfter()).contains(Duration.ofSeconds(7));
    assertThat(answer.isGood()).isFalse();
  }

  @Test
  void sendsNoWriteASecondTime() {
    answers(new SocketEffect.CloseSocket());
    server.enqueue(new MockResponse.Builder().body("{}").build());
    assertThat(later(() -> api.send(post())).getMessage())
        .isEqualTo("The service cannot be reached: the connection broke.");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void readsASecondTimeWhereTheConnectionBroke() throws Exception {
    answers(new SocketEffect.CloseSocket());
    server.enqueue(new MockResponse.Builder().body("{}").build());
    assertThat(api.send(get()).body()).isEqualTo("{}");
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void endsACallThatDrips() {
    HttpApi impatient = api(Duration.ofMillis(500));
    server.enqueue(
        new MockResponse.Builder()
            .body("x".repeat(1000))
            .throttleBody(1, 100, TimeUnit.MILLISECONDS)
            .build());
    assertThat(later(() -> impatient.send(get())).getMessage())
        .isEqualTo("The service cannot be reached: it did not answer in time.");
    impatient.close();
  }

  @Test
  void endsACallWhoseThreadIsInterrupted() throws Exception {
    FutureTask<Boolean> call =
        new FutureTask<>(() -> {
          try {
            api.send(get());
            return false;
          } catch (InterruptedException ended) {
            return true;
          }
        });
    Thread caller = Thread.ofPlatform().start(call);
    await().until(() -> server.getRequestCount() == 1);
    caller.interrupt();
    assertThat(call.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void followsNoRedirectByItself() throws Exception {
    server.enqueue(
        new MockResponse.Builder().code(302).addHeader("Location", "http://127.0.0.1:1/").build());
    assertThat(api.send(get()).status()).isEqualTo(302);
  }

  @Test
  void saysThatAnAnswerIsNoJsonWithoutQuotingIt() throws Exception {
    server.enqueue(new MockResponse.Builder().body("{\"secret\": tru").build());
    Answer answer = api.send(get());
    assertThat(later(answer::json).getMessage())
        .isEqualTo("The service answered with something that is no JSON.");
  }

  @Test
  void refusesAnAnswerThatIsTooLarge() {
    server.enqueue(new MockResponse.Builder().body("x".repeat(33 << 20)).build());
    assertThat(later(() -> api.send(get())).getMessage()).contains("more than 32 MB");
  }

  @Test
  void answersNothingOnceItIsClosed() {
    api.close();
    assertThat(later(() -> api.send(get())).getMessage()).isEqualTo("This queue was closed.");
  }

  private interface Step {
    void go() throws Exception;
  }

  private static QueueException later(Step step) {
    QueueException failure = catchThrowableOfType(QueueException.class, step::go);
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(QueueException.Kind.RETRY_LATER);
    return failure;
  }
}
