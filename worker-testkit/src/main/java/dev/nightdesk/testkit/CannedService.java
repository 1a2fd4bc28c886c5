package dev.nightdesk.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An HTTP service on loopback, from which a stateful stand-in of a real one is made: it keeps every
 * request, and can be told to answer some of them otherwise. Safe for any thread; a subclass guards
 * its own state.
 *
 * <p>Where the system property {@code nightdesk.requests} names a folder, every request is appended
 * to a file there, to be held against the official description of the service.
 */
public abstract class CannedService implements AutoCloseable {
  static {
    // Else the server holds back every body until the client has acknowledged the headers: 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  private final String name;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile Function<Request, Optional<Reply>> instead = request -> Optional.empty();

  /**
   * Listens at once.
   *
   * @param name the service's name, e.g. {@code todoist}: the name of the file of requests
   */
  @SuppressWarnings("this-escape") // no request comes before a client knows the address
  protected CannedService(String name) throws IOException {
    this.name = name;
    this.server = listen();
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** At a port of its own: what an adapter remembers of an address is of nobody else. */
  private static HttpServer listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    if (PORTS.add(server.getAddress().getPort())) {
      return server;
    }
    try {
      return listen();
    } finally {
      server.stop(0); // only now, so that the port is not given out again at once
    }
  }

  /** Answers as the service would; an exception is an answer with status 500. */
  protected abstract Reply answer(Request request) throws Exception;

  /** Where it listens. */
  public final InetSocketAddress address() {
    return server.getAddress();
  }

  /** Its address as an adapter is given it. */
  public final URI url() {
    return URI.create("http://127.0.0.1:" + address().getPort());
  }

  /** Every request so far, those answered otherwise included. */
  public final List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Every request so far that could change something. */
  public final List<Request> writes() {
    return requests.stream().filter(request -> !request.method().equals("GET")).toList();
  }

  /** Forgets the requests so far. */
  public final void forget() {
    requests.clear();
  }

  /**
   * From now on asks this first; the request has no effect where it answers. {@link #asUsual} ends
   * it.
   */
  public final void instead(Function<Request, Optional<Reply>> answer) {
    instead = answer;
  }

  /** Answers everything itself again. */
  public final void asUsual() {
    instead = request -> Optional.empty();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = Request.of(exchange);
      requests.add(request);
      request.record(name);
      Reply reply = replyTo(request);
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      reply.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
      boolean empty = body.length == 0 || reply.status() == 204 || reply.status() == 304;
      exchange.sendResponseHeaders(reply.status(), empty ? -1 : body.length);
      if (!empty) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private Reply replyTo(Request request) {
    try {
      Optional<Reply> other = instead.apply(request);
      return other.isPresent() ? other.get() : answer(request);
    } catch (Exception e) {
      return Reply.of(500, "{\"error\":\"the canned service failed: " + e + "\"}");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
