package dev.nightdesk.toolkit.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Network.Fenced;
import dev.nightdesk.spi.Network.Host;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.egress.ModelService.Credential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as it is met at its socket. */
@Timeout(60)
class EgressTest {
  private ServerSocket neighbour;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() throws IOException {
    neighbour = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    neighbour.close();
  }

  /** Takes one head from each, and answers a tunnel and then whatever comes through it. */
  private void serve() {
    while (!neighbour.isClosed()) {
      try (Socket socket = neighbour.accept()) {
        String head = head(socket);
        heard.add(head);
        if (head.startsWith("CONNECT")) {
          socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
          heard.add("through " + head(socket));
        }
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nserved".getBytes(UTF_8));
      } catch (IOException ended) {
        heard.add("nothing");
      }
    }
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return text + "<end>";
      }
      text.append((char) next);
    }
    return text.toString();
  }

  private static Egress open(Fenced network, Optional<ModelService> model, Map<String, String> env)
      throws IOException {
    return Egress.open(network, model, env).orElseThrow();
  }

  private static Egress open(String... hosts) throws IOException {
    return open(
        new Fenced(true, List.of(hosts).stream().map(Host::parse).toList()),
        Optional.empty(),
        Map.of());
  }

  private static String ask(Egress egress, String text) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(egress.socket()))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      return rest(channel);
    }
  }

  private static String rest(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(1 << 16);
    while (channel.read(piece.clear()) >= 0) {
      all.write(piece.array(), 0, piece.position());
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private String at(String host) {
    return host + ":" + neighbour.getLocalPort();
  }

  @Test
  void checksTheAddressThatANameLeadsTo() throws Exception {
    // a name that is allowed, and leads into the own network: what rebinding does
    try (Egress egress = open("localhost")) {
      assertThat(ask(egress, "GET http://localhost/ HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 403 ")
          .contains("is in this machine's own network")
          .contains("such as localhost:80");
      assertThat(ask(egress, "CONNECT localhost:443 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }
    try (Egress egress = open("127.0.0.1", "169.254.169.254", "[::1]")) {
      for (String host : List.of("127.0.0.1", "169.254.169.254", "[::1]")) {
        assertThat(ask(egress, "GET http://" + host + "/ HTTP/1.1\r\n\r\n"))
            .startsWith("HTTP/1.1 403 ");
      }
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void goesIntoTheOwnNetworkWhereHostAndPortWereNamed() throws Exception {
    try (Egress egress = open(at("localhost"))) {
      assertThat(ask(egress, "GET http://" + at("LOCALHOST.") + "/a HTTP/1.1\r\n\r\n"))
          .endsWith("served");
      assertThat(heard.take()).startsWith("GET /a HTTP/1.1\r\nHost: " + at("localhost"));
      assertThat(ask(egress, "GET http://localhost:1/a HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void countsWhatItRefused() throws Exception {
    try (Egress egress = open("api.example.com", "*.example.org")) {
      ask(egress, "CONNECT evil.example:443 HTTP/1.1\r\n\r\n");
      ask(egress, "CONNECT EVIL.example.:443 HTTP/1.1\r\n\r\n");
      ask(egress, "CONNECT example.org:443 HTTP/1.1\r\n\r\n");
      ask(egress, "CONNECT api.example.com:22 HTTP/1.1\r\n\r\n");
      ask(egress, "CONNECT api.example.com.evil.example:443 HTTP/1.1\r\n\r\n");
      ask(egress, "CONNECT notexample.org:443 HTTP/1.1\r\n\r\n");
      assertThat(egress.refusals())
          .isEqualTo(
              Map.of(
                  "evil.example:443", 2,
                  "example.org:443", 1,
                  "api.example.com:22", 1,
                  "api.example.com.evil.example:443", 1,
                  "notexample.org:443", 1));
      for (int i = 0; i < 200; i++) {
        ask(egress, "CONNECT evil" + i + ".example:443 HTTP/1.1\r\n\r\n");
      }
      assertThat(egress.refusals()).hasSize(100);
    }
  }

  @Test
  void goesThroughTheProxyThatTheMachineHasToUse() throws Exception {
    Map<String, String> env =
        Map.of("HTTPS_PROXY", "http://user:pass@" + at("127.0.0.1"), "NO_PROXY", "near.example");
    Fenced network =
        new Fenced(true, List.of(Host.parse("api.example"), Host.parse("near.example")));
    try (Egress egress = open(network, Optional.empty(), env)) {
      String greeting = "CONNECT api.example:443 HTTP/1.1\r\n\r\nhello\r\n\r\n";
      assertThat(ask(egress, greeting)).endsWith("served");
      assertThat(heard.take())
          .isEqualTo(
              String.join(
                  "\r\n",
                  "CONNECT api.example:443 HTTP/1.1",
                  "Host: api.example:443",
                  "Proxy-Authorization: Basic dXNlcjpwYXNz",
                  "",
                  ""));
      assertThat(heard.take()).isEqualTo("through hello\r\n\r\n");
      assertThat(ask(egress, "GET http://api.example/x HTTP/1.1\r\nA: b\r\n\r\n"))
          .endsWith("served");
      assertThat(heard.take())
          .startsWith("GET http://api.example/x HTTP/1.1\r\nProxy-Authorization: Basic ")
          .contains("\r\nA: b\r\n");
      assertThat(ask(egress, "GET http://evil.invalid/ HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
      assertThat(ask(egress, "GET http://near.example/ HTTP/1.1\r\n\r\n"))
          .contains("There is no host near.example.");
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void boundsHeadsAndConnections() throws Exception {
    try (Egress egress = open(at("localhost"))) {
      assertThat(ask(egress, "GET http://" + at("localhost") + "/" + "a".repeat(70_000)))
          .startsWith("HTTP/1.1 431 ");
      List<SocketChannel> waiting = new ArrayList<>();
      for (int i = 0; i < 128; i++) {
        waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(egress.socket())));
      }
      String request = "GET http://" + at("localhost") + "/ HTTP/1.1\r\n\r\n";
      await()
          .atMost(20, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(quietly(egress, request)).isEmpty());
      for (SocketChannel channel : waiting) {
        channel.close();
      }
      await()
          .atMost(20, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(quietly(egress, request)).endsWith("served"));
    }
  }

  private static String quietly(Egress egress, String text) {
    try {
      return ask(egress, text);
    } catch (IOException reset) {
      return "";
    }
  }

  @Test
  void endsWhatIsUnderWayWithTheRun() throws Exception {
    Egress egress = open(at("localhost"));
    Path folder = egress.socket().getParent();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(egress.socket()))) {
      String connect = "CONNECT " + at("localhost") + " HTTP/1.1\r\n\r\nCONNECT x HTTP/1.1\r\n\r\n";
      channel.write(ByteBuffer.wrap(connect.getBytes(UTF_8)));
      assertThat(heard.poll(20, TimeUnit.SECONDS)).startsWith("CONNECT x");
      egress.close();
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("through <end>");
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void sendsTheKeyToNoServiceWhoseCertificateNobodyKnows(@TempDir Path folder) throws Exception {
    try (ServerSocket impostor = withOwnCertificate(folder)) {
      BlockingQueue<String> got = new LinkedBlockingQueue<>();
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = impostor.accept()) {
              got.add(head(socket));
            } catch (IOException noHandshake) {
              got.add("no handshake");
            }
          });
      ModelService model =
          new ModelService(
              URI.create("https://localhost:" + impostor.getLocalPort()),
              Optional.of(new Credential("x-api-key", Secret.of("real"))));
      try (Egress egress = open(new Fenced(true, List.of()), Optional.of(model), Map.of())) {
        assertThat(ask(egress, "GET /v1 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 502 ");
        assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo("no handshake");
      }
    }
  }

  private static ServerSocket withOwnCertificate(Path folder) throws Exception {
    Path store = folder.resolve("store");
    String words =
        Path.of(System.getProperty("java.home"), "bin", "keytool")
            + " -genkeypair -alias a -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -storepass password -keystore "
            + store;
    Process keytool =
        new ProcessBuilder(words.split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "password".toCharArray());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "password".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void isNotThereWhereNothingIsLetThrough() throws Exception {
    assertThat(Egress.open(new Fenced(false, List.of()), Optional.empty(), Map.of())).isEmpty();
    ModelService model = ModelService.bearer(URI.create("https://a.example"), Secret.of("x"));
    assertThat(Egress.open(new Fenced(false, List.of()), Optional.of(model), Map.of())).isEmpty();
  }
}
