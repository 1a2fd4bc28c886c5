package dev.nightdesk.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine's wire is cut by the kernel, in the three ways that there are, and mended again. */
class WireTest {
  private static final int PATIENCE = (int) Duration.ofSeconds(5).toMillis();
  private static final int MOMENT = (int) Duration.ofMillis(500).toMillis();

  @TempDir Path folder;

  @Test
  void losesWhatItIsMeantToLoseUntilItIsMended() throws Exception {
    Optional<String> lacks = Network.lacks();
    assumeTrue(
        lacks.isEmpty(), () -> "NOT TESTED on this machine: it lacks " + lacks.orElseThrow());
    Path output = folder.resolve("output.txt");

    int code =
        Network.program(WireTest.class)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();

    assertThat(code).as(() -> contentOf(output.toFile())).isZero();
    assertThat(output)
        .content()
        .isEqualTo(
            """
            whole: heard asked, answered yes
            SILENT: heard nothing, answered nothing; new ones reach nobody; mended they do
            UNREACHABLE: heard nothing, answered nothing; new ones reach nobody; mended they do
            ANSWERS_LOST: heard asked, answered nothing; new ones reach nobody; mended they do
            """);
  }

  /** In the network of its own. */
  public static void main(String[] none) throws Exception {
    try (Wire wire = Wire.to(1);
        ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(PATIENCE);
      System.out.println("whole: " + talk(wire, server, Optional.empty()));
      for (Wire.Cut cut : Wire.Cut.values()) {
        String talk = talk(wire, server, Optional.of(cut));
        server.setSoTimeout(MOMENT);
        boolean reached = reaches(wire, server);
        server.setSoTimeout(PATIENCE);
        wire.mend(cut);
        System.out.println(
            cut
                + ": "
                + talk
                + ("; new ones reach " + (reached ? "it" : "nobody"))
                + ("; mended they " + (reaches(wire, server) ? "do" : "do not")));
      }
    }
  }

  /** What is heard and answered over a connection that was there before the cut. */
  private static String talk(Wire wire, ServerSocket server, Optional<Wire.Cut> cut)
      throws Exception {
    Process client = client(wire, server);
    try (BufferedReader said = client.inputReader();
        Writer told = client.outputWriter();
        Socket socket = server.accept()) {
      // What is lost is waited for in vain.
      socket.setSoTimeout(cut.isPresent() ? 2 * MOMENT : PATIENCE);
      assertThat(said.readLine()).isEqualTo("connected");
      if (cut.isPresent()) {
        wire.cut(cut.get());
      }
      told.write("go\n");
      told.flush();
      String heard = heard(socket);
      return "heard " + heard + ", answered " + said.readLine();
    } finally {
      client.destroyForcibly().waitFor();
    }
  }

  private static String heard(Socket socket) throws IOException {
    try {
      String heard =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      socket.getOutputStream().write("yes\n".getBytes(StandardCharsets.US_ASCII));
      return heard;
    } catch (SocketTimeoutException nothing) {
      return "nothing";
    }
  }

  private static boolean reaches(Wire wire, ServerSocket server) throws Exception {
    Process client = client(wire, server);
    try (Socket socket = server.accept()) {
      return socket.isConnected();
    } catch (SocketTimeoutException nobody) {
      return false;
    } finally {
      client.destroyForcibly().waitFor();
    }
  }

  /** Connects, asks when told to, and tells what it is answered within a second. */
  private static Process client(Wire wire, ServerSocket server) throws IOException {
    String script =
        """
        exec 3<>/dev/tcp/127.0.0.1/%d && echo connected && read -r go && echo asked >&3
        read -r -t 1 answer <&3 && echo "$answer" || echo nothing
        """
            .formatted(server.getLocalPort());
    return new ProcessBuilder(wire.at(List.of("bash", "-c", script)))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
