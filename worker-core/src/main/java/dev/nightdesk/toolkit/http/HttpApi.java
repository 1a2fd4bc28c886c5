package dev.nightdesk.toolkit.http;

import dev.nightdesk.spi.QueueException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * A service's HTTP API. A call ends within its time limit however slowly the service drips, and at
 * once when its thread is interrupted; it is never repeated behind the caller's back if it could
 * have changed something; a redirect is followed only by the caller. For any thread.
 */
public final class HttpApi implements AutoCloseable {
  /** More than any page of a listing; what is larger is a mistake, or an attack on our memory. */
  private static final long LARGEST = 32L << 20;

  private final String service;
  private final OkHttpClient client;
  private final Pace pace;
  private volatile boolean closed;

  /**
   * Calls through a client that {@link #client} made, which is closed with this.
   *
   * @param service how a person calls the service, for messages
   */
  public HttpApi(String service, OkHttpClient client, Pace pace) {
    this.service = service;
    this.client = client;
    this.pace = pace;
  }

  /** A client for one {@code HttpApi}; {@code limit} is for a whole call. */
  public static OkHttpClient client(Duration limit) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("nightdesk-http-", 1).factory());
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(256);
    dispatcher.setMaxRequestsPerHost(256);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectTimeout(limit)
        .readTimeout(limit)
        .writeTimeout(limit)
        .callTimeout(limit)
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .build();
  }

  /**
   * Sends a request when it is its turn, and returns what came back, whatever its status.
   *
   * @throws QueueException to try again later, where no whole answer came
   */
  public Answer send(Request request) throws QueueException, InterruptedException {
    boolean reading = request.method().equals("GET");
    pace.enter(!reading);
    try {
      return once(request);
    } catch (IOException e) {
      // The service may have closed the connection while nobody used it, which only shows now.
      if (reading && !(e instanceof InterruptedIOException) && !(e instanceof ConnectException)) {
        return again(request);
      }
      throw unreachable(e);
    } finally {
      pace.leave();
    }
  }

  private Answer again(Request request) throws QueueException, InterruptedException {
    try {
      return once(request);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Answer once(Request request) throws IOException, QueueException, InterruptedException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Call call = client.newCall(request);
    try {
      call.enqueue(new Arrival(answer));
      return answer.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case IOException broken -> throw broken;
        case QueueException refused -> throw refused;
        case null, default -> throw new IllegalStateException(failed.getCause());
      }
    } finally {
      call.cancel();
    }
  }

  /** Takes an answer to its caller. */
  private final class Arrival implements Callback {
    private final CompletableFuture<Answer> answer;

    Arrival(CompletableFuture<Answer> answer) {
      this.answer = answer;
    }

    @Override
    public void onFailure(Call call, IOException failure) {
      answer.completeExceptionally(failure);
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        answer.complete(read(response));
      } catch (IOException | QueueException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }
  }

  private Answer read(Response response) throws IOException, QueueException {
    ResponseBody body = response.body();
    if (body.source().request(LARGEST + 1)) {
      throw QueueException.retryLater(
          "%s answered with more than %d MB.".formatted(service, LARGEST >> 20));
    }
    return new Answer(service, response.code(), response.headers(), body.string());
  }

  private QueueException unreachable(IOException e) {
    if (closed) {
      return QueueException.retryLater("This queue was closed.", e);
    }
    String why =
        switch (e) {
          case UnknownHostException unknown -> "its address is not known";
          case ConnectException refused -> "no connection";
          case InterruptedIOException slow -> "it did not answer in time";
          case SSLException insecure -> "no secure connection";
          default -> "the connection broke";
        };
    return QueueException.retryLater(service + " cannot be reached: " + why + ".", e);
  }

  @Override
  public void close() {
    closed = true;
    client.dispatcher().executorService().shutdownNow();
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
