package dev.nightdesk.testkit.modelserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model's service on loopback: Anthropic Messages, OpenAI Responses and OpenAI Chat Completions,
 * streamed or not. What it answers is the script's. Safe for any thread.
 */
public final class ModelServer implements AutoCloseable {
  static {
    // Else the server holds back every body until the client has acknowledged the headers: 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final List<Dialect> DIALECTS =
      List.of(new AnthropicMessages(), new OpenAiResponses(), new OpenAiChat());

  private final Script script;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ModelCall> calls = new CopyOnWriteArrayList<>();
  private final List<String> strays = new CopyOnWriteArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ModelServer(Script script) {
    this.script = script;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Listens at once. */
  public static ModelServer playing(Script script) {
    return new ModelServer(script);
  }

  /** The address without a path, as {@code ANTHROPIC_BASE_URL} wants it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The calls of the model so far, in the order in which they came. */
  public List<ModelCall> calls() {
    return List.copyOf(calls);
  }

  /** Requests that are no calls of a model, each as its method and path; they are answered 404. */
  public List<String> strays() {
    return List.copyOf(strays);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      String path = exchange.getRequestURI().getPath();
      for (Dialect dialect : DIALECTS) {
        if (dialect.owns(path) && exchange.getRequestMethod().equals("POST")) {
          ModelCall call = dialect.read(Wire.of(exchange), count.incrementAndGet());
          calls.add(call);
          answer(exchange, dialect, call, script.answer(call));
          exchange.close(); // not where that failed: it would look like the end of a whole answer
          return;
        }
      }
      strays.add(exchange.getRequestMethod() + " " + path);
      send(exchange, 404, "{\"error\":\"not found\"}");
      exchange.close();
    } catch (InterruptedException e) {
      throw new IOException("the server closes", e);
    }
  }

  private void answer(HttpExchange exchange, Dialect dialect, ModelCall call, Turn turn)
      throws IOException, InterruptedException {
    switch (turn) {
      case Turn.Spoken spoken when call.streamed() -> {
        stream(exchange, dialect.opening(call, spoken.text(), spoken.tokens()));
        stream(exchange, dialect.ending(call, spoken));
      }
      case Turn.Spoken spoken -> send(exchange, 200, dialect.document(call, spoken));
      case Turn.Fails fails -> {
        fails.headers().forEach(exchange.getResponseHeaders()::add);
        send(exchange, fails.status(), dialect.error(fails.type(), fails.message()));
      }
      case Turn.FailsInStream fails -> {
        stream(exchange, dialect.opening(call, fails.text(), Turn.Tokens.USUAL));
        stream(exchange, List.of(dialect.errorEvent(fails.type(), fails.message())));
      }
      case Turn.Cut cut -> {
        stream(exchange, dialect.opening(call, cut.text(), Turn.Tokens.USUAL));
        throw new IOException("cut on purpose"); // the server ends the connection
      }
      case Turn.FallsSilent silent -> {
        stream(exchange, dialect.opening(call, silent.text(), Turn.Tokens.USUAL));
        closed.await();
      }
      case Turn.NeverAnswers never -> closed.await();
    }
  }

  /** Begins the stream where it has not begun. */
  private static void stream(HttpExchange exchange, List<Dialect.Event> events) throws IOException {
    if (exchange.getResponseCode() == -1) {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
    }
    OutputStream out = exchange.getResponseBody(); // closed with the exchange
    for (Dialect.Event event : events) {
      out.write(event.text().getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
