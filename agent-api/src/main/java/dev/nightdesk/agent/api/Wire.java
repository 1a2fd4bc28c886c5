package dev.nightdesk.agent.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.nightdesk.agent.api.ModelException.Kind;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Carries the calls of one run for LangChain4j, in the calling thread, which may be interrupted:
 * then the connection ends. Of LangChain4j's own clients none tells the header {@code retry-after},
 * notices a silence, or can be stopped before the first word.
 */
final class Wire implements HttpClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_ERROR = 64 << 10;

  private final java.net.http.HttpClient client;
  private final Patience patience;

  /** How the answer that came last went on. */
  private boolean begun;

  private boolean whole;
  private String stopReason = "";
  private @Nullable ModelException broken;

  /**
   * How long to wait for a service.
   *
   * @param answer for the beginning of an answer; a local model may have to read a long prompt
   * @param silence within an answer
   * @param pause before the first of the retries
   */
  record Patience(Duration answer, Duration silence, Duration pause) {
    static final Patience USUAL =
        new Patience(Duration.ofMinutes(4), Duration.ofMinutes(2), Duration.ofSeconds(1));
  }

  Wire(java.net.http.HttpClient client, Patience patience) {
    this.client = client;
    this.patience = patience;
  }

  /** Whether the service had begun to answer, so that the call may cost something. */
  boolean begun() {
    return begun;
  }

  /** Whether the answer's end was seen. */
  boolean whole() {
    return whole;
  }

  /** Why the model stopped, in its service's own word; empty where LangChain4j knows it. */
  String stopReason() {
    return stopReason;
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("all calls are streams");
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    begun = false;
    whole = false;
    stopReason = "";
    broken = null;
    HttpResponse<InputStream> response = send(request);
    try (Body body = (Body) response.body()) {
      if (response.statusCode() / 100 != 2) {
        throw ModelException.ofStatus(
            response.statusCode(),
            response.headers().firstValue("retry-after").flatMap(Wire::duration),
            new String(read(body), StandardCharsets.UTF_8));
      }
      begun = true;
      listener.onOpen(
          SuccessfulHttpResponse.builder()
              .statusCode(response.statusCode())
              .headers(response.headers().map())
              .build());
      parser.parse(body, new Watching(listener));
      if (broken != null) {
        throw broken;
      }
      listener.onClose();
    }
  }

  /** Seconds or a date. */
  private static Optional<Duration> duration(String header) {
    String text = header.strip();
    try {
      return text.matches("\\d{1,9}(\\.\\d{1,9})?")
          ? Optional.of(Duration.ofMillis((long) (Double.parseDouble(text) * 1_000)))
          : Optional.of(
              Duration.between(
                  Instant.now(), Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static byte[] read(Body body) {
    byte[] bytes = new byte[LARGEST_ERROR];
    int length = 0;
    int count;
    while (length < bytes.length
        && (count = body.read(bytes, length, bytes.length - length)) >= 0) {
      length += count;
    }
    return Arrays.copyOf(bytes, length);
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    var builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .method(request.method().name(), BodyPublishers.ofString(request.body()));
    request
        .headers()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(builder.build(), info -> new Body(patience.silence()));
    try {
      return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw new Body.InterruptedReadException();
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new ModelException(
          Kind.UNAVAILABLE, "it did not answer within " + patience.answer().toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new ModelException(Kind.UNAVAILABLE, "it cannot be reached: " + plain(e.getCause()));
    }
  }

  private static String plain(@Nullable Throwable problem) {
    String message = problem == null ? null : problem.getMessage();
    return message == null ? String.valueOf(problem) : message;
  }

  /** Passes events on and notes what LangChain4j does not tell of them. */
  private final class Watching implements ServerSentEventListener {
    private final ServerSentEventListener target;

    Watching(ServerSentEventListener target) {
      this.target = target;
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
      String name = event.event() == null ? "" : event.event();
      String data = event.data();
      if (name.equals("error") || data.startsWith("{\"error\"")) {
        broken = ModelException.inStream(data);
        context.parsingHandle().cancel();
        return;
      }
      if (name.equals("message_delta")) {
        stopReason = reason(data);
      }
      whole |= name.equals("message_stop") || data.equals("[DONE]");
      target.onEvent(event, context);
    }

    @Override
    public void onError(Throwable error) {
      broken = new ModelException(Kind.UNAVAILABLE, "its answer broke off");
    }
  }

  private String reason(String data) {
    try {
      JsonNode reason = JSON.readTree(data).at("/delta/stop_reason");
      return reason.isTextual() ? reason.textValue() : stopReason;
    } catch (JsonProcessingException e) {
      return stopReason;
    }
  }

  /** What LangChain4j builds its client with. */
  HttpClientBuilder asBuilder() {
    return new HttpClientBuilder() {
      @Override
      public @Nullable Duration connectTimeout() {
        return null;
      }

      @Override
      public HttpClientBuilder connectTimeout(Duration timeout) {
        return this;
      }

      @Override
      public @Nullable Duration readTimeout() {
        return null;
      }

      @Override
      public HttpClientBuilder readTimeout(Duration timeout) {
        return this;
      }

      @Override
      public HttpClient build() {
        return Wire.this;
      }
    };
  }
}
