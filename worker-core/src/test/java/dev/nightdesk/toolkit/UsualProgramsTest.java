package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What agents start all day works in the sandbox, behind the stricter filter of system calls. */
@Execution(ExecutionMode.CONCURRENT)
class UsualProgramsTest {
  private static final String JAVA =
      """
      import java.net.*;
      import java.util.concurrent.*;

      public class Usual {
        public static void main(String[] args) throws Exception {
          try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
              ExecutorService pool = Executors.newFixedThreadPool(4)) {
            Future<Integer> got = pool.submit(() -> {
              try (Socket socket = server.accept()) {
                return socket.getInputStream().read();
              }
            });
            try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
              socket.getOutputStream().write(7);
            }
            var child = new ProcessBuilder("sh", "-c", "exit 3").inheritIO().start();
            var light = Thread.startVirtualThread(() -> System.gc());
            light.join();
            System.out.println("socket " + got.get() + ", child " + child.waitFor());
          }
        }
      }
      """;

  private static final String NODE =
      """
      const { Worker } = require('worker_threads');
      const { execFileSync } = require('child_process');
      const net = require('net');
      const server = net.createServer(socket => socket.end('x')).listen(0, '127.0.0.1', () =>
        net.connect(server.address().port, '127.0.0.1').on('data', data => {
          server.close();
          new Worker('require("worker_threads").parentPort.postMessage(6 * 7)', { eval: true })
            .on('message', sum => console.log(
              `socket ${data}, worker ${sum}, child ${execFileSync('echo', ['said'])}`.trim()));
        }));
      """;

  private static final String GIT =
      """
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
      git init -q -b main . && echo one >file && git add file && git commit -q -m One &&
        git checkout -q -b more && echo two >>file && git commit -q -a -m Two &&
        git clone -q . copy && git -C copy log --format=%s | paste -sd' ' - && git gc -q
      """;

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void setStage() throws Exception {
    stage = new Stage(folder);
  }

  private List<String> said(Path shown, String... command) throws Exception {
    Isolation.Level level = Isolation.Level.SANDBOX;
    Launch launch = stage.launch(level, List.of(command)).withReadable(shown);
    List<String> lines = new ArrayList<>();
    try (ChildProcess child = stage.start(launch, level)) {
      Ending ending = child.await(lines::add);
      assertThat(ending).as(Files.readString(stage.errors())).isEqualTo(new Ending.Exited(0));
    }
    return lines;
  }

  /** The program as the machine has it, links followed. */
  private static Path required(String name) throws Exception {
    Optional<Path> found =
        Arrays.stream(Objects.requireNonNull(System.getenv("PATH")).split(":", -1))
            .map(place -> Path.of(place, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "NOT TESTED on this machine: there is no " + name);
    return found.orElseThrow().toRealPath();
  }

  @Test
  void runsAJavaProgramWithThreadsASocketAndAChild() throws Exception {
    Path home = Path.of(System.getProperty("java.home")).toRealPath();
    Path file = Files.writeString(stage.workspace.resolve("Usual.java"), JAVA);
    assertThat(said(home, home.resolve("bin/java").toString(), file.toString()))
        .containsExactly("socket 7, child 3");
  }

  @Test
  void runsNodeWithAWorkerASocketAndAChild() throws Exception {
    Path node = required("node");
    assertThat(said(node, node.toString(), "-e", NODE))
        .containsExactly("socket x, worker 42, child said");
  }

  @Test
  void letsGitCommitAndClone() throws Exception {
    assertThat(said(required("git"), "bash", "-c", GIT)).containsExactly("Two One");
  }
}
