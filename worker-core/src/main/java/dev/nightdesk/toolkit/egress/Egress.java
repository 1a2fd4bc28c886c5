package dev.nightdesk.toolkit.egress;

import dev.nightdesk.spi.Network.Fenced;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The proxy of one run. It listens on a socket in a folder of its own, which the sandbox shows;
 * inside, a small program takes what comes to a port of loopback there.
 */
public final class Egress implements AutoCloseable {
  /** Where the sandbox has to show the socket. */
  public static final String SOCKET_INSIDE = "/tmp/.nightdesk-egress";

  private static final String PREFIX = "nightdesk-egress-";
  private static final int MOST_CONNECTIONS = 128;
  private static final int LOOK_SECONDS = 10;

  /** For {@code perl}, which needs no module for it beyond those that come with it. */
  private static final String FORWARDER = forwarder();

  private static final ScheduledThreadPoolExecutor CLOCK =
      new ScheduledThreadPoolExecutor(
          1, work -> Thread.ofPlatform().daemon().name("nightdesk-egress-clock").unstarted(work));

  static {
    CLOCK.setRemoveOnCancelPolicy(true);
    clear();
  }

  private final Rules rules;
  private final Path folder;
  private final ServerSocketChannel server;
  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final Future<?> look;

  private Egress(Rules rules) throws IOException {
    this.rules = rules;
    folder = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket()));
    Thread.ofVirtual().name("nightdesk-egress").start(this::accept);
    look =
        CLOCK.scheduleWithFixedDelay(
            () -> exchanges.stream().filter(Exchange::isOverdue).forEach(Exchange::close),
            LOOK_SECONDS,
            LOOK_SECONDS,
            TimeUnit.SECONDS);
  }

  /**
   * Opens the proxy of a run.
   *
   * @param environment the agent's variables, which name the proxy that the machine itself uses
   * @return empty where nothing at all may be reached
   */
  public static Optional<Egress> open(
      Fenced network, Optional<ModelService> model, Map<String, String> environment)
      throws IOException {
    Rules rules = new Rules(network, model, Upstream.of(environment));
    return rules.isEmpty() ? Optional.empty() : Optional.of(new Egress(rules));
  }

  /** The socket, outside. */
  public Path socket() {
    return folder.resolve("socket");
  }

  /** The words before the agent's command, inside, which make the way to the socket. */
  public static List<String> starter(Path perl) {
    String port = ModelService.INSIDE.substring(ModelService.INSIDE.lastIndexOf(':') + 1);
    return List.of(perl.toString(), "-e", FORWARDER, port, SOCKET_INSIDE);
  }

  /** The variables by which programs inside find it. */
  public static Map<String, String> environment() {
    return Stream.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toMap(name -> name, name -> ModelService.INSIDE),
                all -> {
                  all.put("NO_PROXY", "");
                  all.put("no_proxy", "");
                  return all;
                }));
  }

  /** Host and port of what the agent wanted to reach and might not, and how often it tried. */
  public Map<String, Integer> refusals() {
    return rules.refusals();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Exchange exchange = new Exchange(client, rules);
        if (exchanges.size() >= MOST_CONNECTIONS) {
          exchange.close();
          continue;
        }
        exchanges.add(exchange);
        Thread.ofVirtual()
            .start(() -> {
              exchange.carry();
              exchanges.remove(exchange);
            });
      } catch (IOException closed) {
        // or no more files can be open, which passes; what was accepted is closed by close()
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  /** Ends all that is under way. */
  @Override
  public void close() {
    look.cancel(false);
    try {
      server.close();
      exchanges.forEach(Exchange::close);
      Files.deleteIfExists(socket());
      Files.deleteIfExists(folder);
    } catch (IOException left) {
      // then a later worker takes it away, see clear()
    }
  }

  /** Takes away what workers that died have left. */
  private static void clear() {
    Path place = Path.of(Objects.requireNonNull(System.getProperty("java.io.tmpdir")));
    try (Stream<Path> all = Files.list(place)) {
      for (Path old :
          all.filter(path -> path.getFileName().toString().startsWith(PREFIX)).toList()) {
        String pid = old.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (pid.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          Files.deleteIfExists(old.resolve("socket"));
          Files.deleteIfExists(old);
        }
      }
    } catch (IOException somebodyElses) {
      // then it stays
    }
  }

  private static String forwarder() {
    try (InputStream in = Egress.class.getResourceAsStream("forwarder.pl")) {
      return new String(
          Objects.requireNonNull(in, "forwarder.pl").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
