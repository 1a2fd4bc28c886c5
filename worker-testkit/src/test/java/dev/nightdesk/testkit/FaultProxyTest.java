package dev.nightdesk.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy before a service that says everything back, and counts what it heard. */
@Timeout(30)
class FaultProxyTest {
  private final AtomicInteger heard = new AtomicInteger();
  private ServerSocket service;
  private Thread serving;
  private FaultProxy proxy;

  @BeforeEach
  void open() throws IOException {
    service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    serving = Thread.ofVirtual().start(this::serve);
    proxy =
        FaultProxy.before(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), service.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    service.close();
  }

  private void serve() {
    while (!service.isClosed()) {
      try {
        Socket client = service.accept();
        Thread.ofVirtual().start(() -> echo(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void echo(Socket client) {
    byte[] buffer = new byte[4096];
    try (client) {
      for (int n = client.getInputStream().read(buffer);
          n >= 0;
          n = client.getInputStream().read(buffer)) {
        heard.addAndGet(n);
        client.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException cut) {
      // that is what the tests are about
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(proxy.address());
    socket.setSoTimeout(300);
    return socket;
  }

  private static String say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
  }

  @Test
  void passesEverythingUntilToldOtherwise() throws IOException {
    try (Socket socket = connect()) {
      assertThat(say(socket, "hello")).isEqualTo("hello");
      assertThat(proxy.connections()).isEqualTo(1);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    await().atMost(20, SECONDS).until(() -> proxy.connections() == 0);
  }

  @Test
  void delaysAnswers() throws IOException {
    try (Socket socket = connect()) {
      proxy.latency(Duration.ofMillis(150));
      long start = System.nanoTime();
      assertThat(say(socket, "hello")).isEqualTo("hello");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(140));
    }
  }

  @Test
  void givesAnswersByteByByte() throws IOException {
    try (Socket socket = connect()) {
      proxy.drip(20);
      long start = System.nanoTime();
      assertThat(say(socket, "12345")).isEqualTo("12345");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
      proxy.heal();
      assertThat(say(socket, "fast again")).isEqualTo("fast again");
    }
  }

  @Test
  void cutsAnswersInAnOrderlyWay() throws IOException {
    try (Socket socket = connect()) {
      say(socket, "before");
      proxy.truncateAfter(3);
      assertThat(say(socket, "hello")).isEqualTo("hel");
    }
  }

  @Test
  void resetsInTheMiddleOfAnAnswer() throws IOException {
    try (Socket socket = connect()) {
      proxy.resetAfter(3);
      assertThatExceptionOfType(SocketException.class)
          .isThrownBy(() -> say(socket, "hello"))
          .withMessageContaining("reset");
    }
  }

  @Test
  void swallowsEverythingInABlackHole() throws IOException {
    proxy.blackhole();
    try (Socket socket = connect()) {
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> say(socket, "hello"));
      assertThat(heard).hasValue(0);
      proxy.heal();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> say(socket, "lost"));
    }
    try (Socket socket = connect()) {
      assertThat(say(socket, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void refusesConnectionsAndListensAgain() throws IOException {
    try (Socket open = connect()) {
      say(open, "hello");
      for (int i = 0; i < 20; i++) {
        proxy.refuse();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
        proxy.heal();
        try (Socket socket = connect()) {
          assertThat(say(socket, "hello")).isEqualTo("hello");
        }
      }
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> say(open, "cut"));
    }
  }

  @Test
  void dropsOneReplyAfterTheServiceActed() throws IOException {
    try (Socket socket = connect()) {
      proxy.dropReplyTo("comm");
      assertThat(say(socket, "begin")).isEqualTo("begin");
      socket.getOutputStream().write("co".getBytes(US_ASCII));
      assertThat(socket.getInputStream().readNBytes(2)).hasSize(2);
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> say(socket, "mmit"));
    }
    assertThat(heard).hasValue("begin".length() + "commit".length());
    assertThat(proxy.dropped()).isEqualTo(1);
    try (Socket socket = connect()) {
      assertThat(say(socket, "commit")).isEqualTo("commit");
    }
  }

  @Test
  void cutsWhatIsOpenOnce() throws IOException {
    try (Socket socket = connect()) {
      say(socket, "hello");
      proxy.cut();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> say(socket, "cut"));
    }
    try (Socket socket = connect()) {
      assertThat(say(socket, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void resetsClientsOfAServiceThatIsNotThere() throws Exception {
    service.close();
    serving.join(); // until then the port takes one more
    try (Socket socket = connect()) {
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> say(socket, "hello"));
    }
  }
}
