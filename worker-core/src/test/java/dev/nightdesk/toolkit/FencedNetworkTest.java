package dev.nightdesk.toolkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.Network.Fenced;
import dev.nightdesk.spi.Network.Host;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.egress.ModelService;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an agent reaches of the network. */
class FencedNetworkTest {
  private static final Isolation.Level SANDBOX = Isolation.Level.SANDBOX;
  private static final String KEY = "the-real-key";
  private static final Network NOTHING = new Fenced(false, List.of());
  private static final Network MODEL = new Fenced(true, List.of());

  /** In the names of what belongs to the proxies of this process. */
  private static final String EGRESS = "nightdesk-egress-" + ProcessHandle.current().pid() + "-";

  @TempDir Path folder;
  private Stage stage;
  private HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstPieceSeen = new CountDownLatch(1);

  @BeforeEach
  void setStage() throws Exception {
    stage = new Stage(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().get("X-api-key")
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(200, 6);
          exchange.getResponseBody().write("served".getBytes(UTF_8));
          exchange.close();
        });
    server.createContext(
        "/away",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://localhost:1/secret");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext("/stream", this::stream);
    server.start();
    Stage.isolation(SANDBOX);
    Stage.needs("curl");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Sends the second piece only once the first was seen at the other end. */
  private void stream(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write("data: first\n".getBytes(UTF_8));
      out.flush();
      boolean seen = firstPieceSeen.await(20, TimeUnit.SECONDS);
      out.write(("data: seen " + seen + "\n").getBytes(UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private ModelService model() {
    return new ModelService(
        URI.create("http://127.0.0.1:" + port() + "/base"),
        Optional.of(new ModelService.Credential("x-api-key", Secret.of(KEY))));
  }

  private List<String> run(Network network, String script, Object... words) throws Exception {
    return run(launch(network, script, words));
  }

  private Launch launch(Network network, String script, Object... words) {
    String[] arguments =
        Stream.concat(Stream.of("agent"), Stream.of(words).map(Object::toString))
            .toArray(String[]::new);
    return stage.on(network, stage.shell(SANDBOX, script, arguments)).withModel(model());
  }

  private List<String> run(Launch launch) throws Exception {
    List<String> lines = new ArrayList<>();
    try (ChildProcess child = stage.start(launch, SANDBOX)) {
      Ending ending = child.await(lines::add);
      assertThat(ending).as(child.lastErrorLine()).isEqualTo(new Ending.Exited(0));
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource({"open,true", "none,false", "model,false"})
  void reachesWhatListensOnThisMachineOnlyOverAnOpenNetwork(String name, boolean reached)
      throws Exception {
    String abstractName = "nightdesk-test-" + port();
    Process listener =
        new ProcessBuilder(
                "perl",
                "-MSocket",
                "-e",
                "socket(S,PF_UNIX,SOCK_STREAM,0);bind(S,pack_sockaddr_un(\"\\0$ARGV[0]\"))||die;"
                    + "listen(S,9);$|=1;print \"ready\\n\";sleep 60",
                abstractName)
            .start();
    assertThat(listener.inputReader().readLine()).isEqualTo("ready");
    try (DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      udp.setSoTimeout(reached ? 10_000 : 300);
      String script =
          """
          (exec 3<>/dev/tcp/127.0.0.1/$1) && echo tcp
          (echo x >/dev/udp/127.0.0.1/$2)
          perl -MSocket -e 'socket(S,PF_UNIX,SOCK_STREAM,0);connect(S,pack_sockaddr_un("\\0$ARGV[0]"))||die' $3 && echo abstract
          curl -s --noproxy '*' -m 5 http://127.0.0.1:$1/ && echo
          ls /sys/class/net >/dev/null; grep -c : /proc/net/dev
          """;
      List<String> said = run(network(name), script, port(), udp.getLocalPort(), abstractName);
      if (reached) {
        assertThat(said).contains("tcp", "abstract", "served");
        udp.receive(new DatagramPacket(new byte[8], 8));
      } else {
        assertThat(said).as("only a loopback of its own").containsExactly("1");
        assertThat(asked).isEmpty();
        assertThat(
                org.assertj.core.api.Assertions.catchThrowable(
                    () -> udp.receive(new DatagramPacket(new byte[8], 8))))
            .isInstanceOf(SocketTimeoutException.class);
      }
    } finally {
      listener.destroyForcibly();
    }
  }

  private static Network network(String name) {
    return switch (name) {
      case "open" -> new Network.Open();
      case "none" -> NOTHING;
      default -> MODEL;
    };
  }

  @Test
  void asksNoNameServerAndFindsNoOtherWayOut() throws Exception {
    String script =
        """
        getent hosts example.com; getent ahosts localhost >/dev/null && echo local
        for a in 10.255.255.1 169.254.169.254 8.8.8.8; do (exec 3<>/dev/tcp/$a/53) && echo $a; done
        (exec 3<>/dev/tcp/::1/%d) && echo six
        (exec 3<>/dev/tcp/127.0.0.1/22) && echo ssh
        echo done
        """
            .formatted(port());
    assertThat(run(MODEL, script)).containsExactly("local", "done");
  }

  @Test
  void letsNamedHostsThroughAndNoOthers() throws Exception {
    Network network = new Fenced(true, List.of(Host.parse("127.0.0.1:" + port())));
    String script =
        """
        curl -s -m 9 http://127.0.0.1:$1/plain; echo
        curl -s -m 9 -p http://127.0.0.1:$1/tunnel; echo
        curl -s -m 9 http://evil.example/; curl -s -m 9 http://localhost:$1/
        curl -s -m 9 -o /dev/null -w '%{http_connect}\\n' https://evil.example/
        curl -s -m 9 -L http://127.0.0.1:$1/away
        echo $HTTP_PROXY $https_proxy "<$NO_PROXY>"
        """;
    assertThat(run(network, script, port()))
        .containsExactly(
            "served",
            "served",
            "WORKER_NETWORK does not allow evil.example:80. Nightdesk's proxy let nothing through.",
            "WORKER_NETWORK does not allow localhost:%d. Nightdesk's proxy let nothing through."
                .formatted(port()),
            "403",
            "WORKER_NETWORK does not allow localhost:1. Nightdesk's proxy let nothing through.",
            "http://127.0.0.1:3128 http://127.0.0.1:3128 <>");
    assertThat(asked).containsExactly("GET /plain null", "GET /tunnel null");
  }

  @Test
  void addsTheKeyThatTheAgentNeverSees() throws Exception {
    String script =
        "curl -s -m 9 -H \"x-api-key: $2\" -H 'Authorization: Bearer own' -d body $1/v1/messages;"
            + " curl -s -m 9 --noproxy '*' $1/v1/models; echo;"
            + " cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n' | grep -c 'the-real-[k]ey';"
            + " grep -rls 'the-real-[k]ey' /tmp /root /home /run . \"$HOME\"; echo searched";
    Launch launch = launch(MODEL, script);
    String address = model().addressIn(launch.containment());
    assertThat(address).isEqualTo("http://127.0.0.1:3128/base");
    assertThat(run(launch(MODEL, script, address, ModelService.STAND_IN)))
        .containsExactly("servedserved", "0", "searched");
    assertThat(asked)
        .containsExactly(
            "POST /base/v1/messages [" + KEY + "]body", "GET /base/v1/models [" + KEY + "]");
  }

  @Test
  void givesTheKeyToNoOtherService() throws Exception {
    Network network = new Fenced(true, List.of(Host.parse("127.0.0.1:" + port())));
    String script =
        "curl -s -m 9 -H 'Host: 127.0.0.1:3128' http://127.0.0.1:$1/direct; echo;"
            + " curl -s -m 9 --noproxy '*' --path-as-is http://127.0.0.1:3128/base/../admin";
    assertThat(run(network, script, port()))
        .containsExactly("served", "Nightdesk's proxy does not take a path with dots.");
    assertThat(asked).containsExactly("GET /direct null");
  }

  @Test
  void passesEachPieceOfAStreamOnAtOnce() throws Exception {
    Launch launch = launch(MODEL, "curl -sN -m 30 --noproxy '*' http://127.0.0.1:3128/stream");
    List<String> lines = new ArrayList<>();
    try (ChildProcess child = stage.start(launch, SANDBOX)) {
      child.await(line -> {
        lines.add(line);
        firstPieceSeen.countDown();
      });
    }
    assertThat(lines).containsExactly("data: first", "data: seen true");
  }

  @Test
  void leavesTheAgentTheFirstProcessAndNoChildrenButItsOwn() throws Exception {
    String script =
        "cat /proc/$$/task/$$/children; echo; cut -d' ' -f1 /proc/1/task/1/children; echo $$";
    List<String> said = run(MODEL, script);
    // the one child is the cat that looks
    assertThat(said.getFirst().strip().split(" ")).hasSize(1);
    assertThat(said.get(1).strip()).isEqualTo(said.get(2));
  }

  @Test
  void endsTheAgentAsEverAndLeavesNothingBehind() throws Exception {
    Path heard = stage.workspace.resolve("heard");
    Launch launch =
        launch(MODEL, "trap 'echo int >heard; exit 3' INT; echo on; while :; do sleep 0.05; done");
    try (ChildProcess child = stage.start(launch, SANDBOX)) {
      List<String> lines = new ArrayList<>();
      while (lines.isEmpty()) {
        child.awaitExit(java.time.Duration.ofMillis(20), lines::add);
      }
      assertThat(child.stop(lines::add)).isInstanceOf(Ending.Stopped.class);
    }
    assertThat(heard).hasContent("int\n");
    assertThat(Stage.alive(stage.workspace.toString())).isEmpty();
    // other tests have some for a moment
    await().atMost(30, SECONDS).until(() -> Stage.alive("nightdesk-egress").isEmpty());
    await().atMost(30, SECONDS).until(() -> egressFolders().isEmpty());
  }

  private static List<Path> egressFolders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.toString().contains(EGRESS)).toList();
    }
  }
}
