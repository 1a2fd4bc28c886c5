package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the release lets an agent reach of the network, with two services on this machine. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class NetworkTest {
  /** Tries each port directly, and by the proxy that its variables name. */
  private static final String AGENT =
      """
      bash -c 'cat >/dev/null
      for port in PORTS; do
        if (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; then echo "$port directly"; fi
        IFS=:/ read -r scheme none nothing host way <<<"$http_proxy"
        if (exec 3<>/dev/tcp/$host/$way) 2>/dev/null; then
          exec 3<>/dev/tcp/$host/$way
          printf "GET http://%s/ HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" \
            127.0.0.1:$port 127.0.0.1:$port >&3
          echo "$port by proxy: $(head -c 12 <&3)"
          exec 3>&-
        fi
      done
      echo over'
      """;

  @TempDir Path folder;

  @Test
  void letsAnAgentReachOnlyWhatIsNamedAndSaysWhatElseItWanted(EmbeddedServer server)
      throws Exception {
    HttpServer meant = service();
    HttpServer other = service();
    int port = meant.getAddress().getPort();
    int neighbour = other.getAddress().getPort();
    Stage desk = new Stage(folder, server).with("WORKER_SANDBOX", "on");
    desk.with("WORKERS", "wide,named,shut")
        .with("COMMAND_AGENT", AGENT.replace("PORTS", port + " " + neighbour));
    worker(desk, "wide", "open");
    worker(desk, "named", "127.0.0.1:" + port);
    worker(desk, "shut", "none");
    desk.withTables();
    for (String worker : List.of("wide", "named", "shut")) {
      desk.insert(desk.table() + "_" + worker, "Reach out", "");
    }
    try {
      Outcome run = desk.nightdesk("run").run();

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(reached(desk, "wide"))
          .containsExactly(port + " directly", neighbour + " directly", "over");
      assertThat(reached(desk, "named"))
          .containsExactly(
              port + " by proxy: HTTP/1.1 200", neighbour + " by proxy: HTTP/1.1 403", "over");
      assertThat(reached(desk, "shut")).containsExactly("over");
      assertThat(run.err().lines().filter(line -> line.contains("WORKER_NETWORK")))
          .singleElement()
          .asString()
          .contains("does not allow", "127.0.0.1:" + neighbour + "=1")
          .doesNotContain("127.0.0.1:" + port);
    } finally {
      meant.stop(0);
      other.stop(0);
    }
  }

  @Test
  void refusesToGuessWhatModelAProgramCalls(EmbeddedServer server) throws Exception {
    Stage desk = new Stage(folder, server).with("WORKER_SANDBOX", "on");

    Outcome run = desk.with("WORKER_NETWORK", "model").nightdesk("run").run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "WORKER_NETWORK: what model the agent 'command' calls is not known; name its host, such"
                + " as api.example.com, or set none")
        .doesNotContain("Exception", "\tat ");
  }

  private static HttpServer service() throws IOException {
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    service.start();
    return service;
  }

  private static void worker(Stage desk, String name, String network) {
    String prefix = name.toUpperCase(Locale.ROOT) + "_";
    String table = desk.table() + "_" + name;
    desk.with(prefix + "POSTGRES_TABLE", table)
        .with(prefix + "POSTGRES_COMMENTS_TABLE", table + "_c")
        .with(prefix + "NETWORK", network);
  }

  /** The lines of the result, which is in the last comment. */
  private static List<String> reached(Stage desk, String worker) throws Exception {
    String comment =
        desk.strings("select body from " + desk.table() + "_" + worker + "_c order by id")
            .getLast();
    return comment.lines().filter(line -> line.matches("\\d+ (directly|by proxy).*|over")).toList();
  }
}
