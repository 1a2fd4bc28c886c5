package dev.nightdesk.toolkit.egress;

import dev.nightdesk.toolkit.egress.RequestHead.Destination;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** One connection out of the sandbox: one request and its answer, or one tunnel. */
final class Exchange implements AutoCloseable {
  private static final Duration FOR_A_HEAD = Duration.ofSeconds(30);

  /** A model may think for long without a word. */
  private static final Duration WITHOUT_A_WORD = Duration.ofMinutes(20);

  private static final int PIECE = 16 << 10;

  private final SocketChannel client;
  private final Rules rules;
  private volatile long deadline = System.nanoTime() + FOR_A_HEAD.toNanos();
  private volatile @Nullable Socket onward;
  private byte[] rest = new byte[0];

  Exchange(SocketChannel client, Rules rules) {
    this.client = client;
    this.rules = rules;
  }

  /** Whether nothing was heard for too long. */
  boolean isOverdue() {
    return System.nanoTime() - deadline >= 0;
  }

  /** Carries it to its end. */
  void carry() {
    try (this) {
      carryOrSayWhyNot();
    }
  }

  private void carryOrSayWhyNot() {
    try {
      RequestHead head = RequestHead.parse(readHead());
      if (head.to().isEmpty()) {
        callModel(head);
      } else {
        passOn(head, head.to().get());
      }
    } catch (RefusedException refused) {
      answer(refused.status(), String.valueOf(refused.getMessage()));
    } catch (IOException broken) {
      answer(502, "Nightdesk's proxy could not get through: " + broken.getMessage());
    }
  }

  private void passOn(RequestHead head, Destination to) throws IOException {
    boolean anywhere = rules.check(to);
    Socket socket = rules.upstream().connect(to, anywhere, head.tunnel());
    onward = socket;
    if (head.tunnel()) {
      write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    } else {
      Optional<URI> proxy = rules.upstream().proxyFor(to);
      String host = to.port() == 80 ? to.host() : to.toString();
      String target = (proxy.isPresent() ? "http://" + host : "") + head.path();
      byte[] bytes = head.onward(target, host, Optional.empty());
      socket.getOutputStream().write(withProxy(bytes, proxy));
    }
    pump(socket, true);
  }

  /** Adds the line that a proxy between wants to see, as the second one. */
  private static byte[] withProxy(byte[] head, Optional<URI> proxy) {
    String line = proxy.map(Upstream::authorization).orElse("");
    String text = new String(head, StandardCharsets.ISO_8859_1);
    return text.replaceFirst("\r\n", Matcher.quoteReplacement("\r\n" + line))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void callModel(RequestHead head) throws IOException {
    ModelService model = rules.heldModel();
    Destination to = new Destination(model.host(), model.port());
    // the user named it, so it may be anywhere
    Socket socket = rules.upstream().connect(to, true, true);
    onward = socket;
    if (model.isSecure()) {
      socket = Upstream.secured(socket, model.host());
      onward = socket;
    }
    boolean usual = model.port() == (model.isSecure() ? 443 : 80);
    byte[] bytes = head.onward(head.path(), usual ? to.host() : to.toString(), model.credential());
    socket.getOutputStream().write(bytes);
    pump(socket, !model.isSecure());
  }

  /** Everything up to the empty line; what came with it already is kept. */
  private byte[] readHead() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    while (read.size() <= RequestHead.LONGEST) {
      if (client.read(piece.clear()) < 0) {
        throw new IOException("the request broke off");
      }
      read.write(piece.array(), 0, piece.position());
      byte[] all = read.toByteArray();
      int end = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
      if (end >= 0) {
        rest = Arrays.copyOfRange(all, end + 4, all.length);
        return Arrays.copyOf(all, end);
      }
    }
    throw new RefusedException(431, "The head of the request is too long.");
  }

  /**
   * Passes on both ways, each piece at once.
   *
   * @param halves whether one way may go on when the other has ended
   */
  private void pump(Socket socket, boolean halves) throws IOException {
    Thread answers = Thread.ofVirtual().start(() -> answers(socket));
    try {
      socket.getOutputStream().write(rest);
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (client.read(piece.clear()) >= 0) {
        alive();
        socket.getOutputStream().write(piece.array(), 0, piece.position());
      }
      if (halves) {
        socket.shutdownOutput();
        answers.join();
      }
    } catch (IOException ended) {
      // by the other side, whose last word may be on its way
      join(answers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread answers) {
    try {
      answers.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answers(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      byte[] piece = new byte[PIECE];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        alive();
        write(piece, count);
      }
      client.shutdownOutput();
      socket.shutdownInput();
    } catch (IOException ended) {
      close();
    }
  }

  private void alive() {
    deadline = System.nanoTime() + WITHOUT_A_WORD.toNanos();
  }

  private void answer(int status, String why) {
    String text = why + "\n";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    String phrase = status == 403 ? "Forbidden" : status == 502 ? "Bad Gateway" : "Bad Request";
    try {
      String head =
          String.join(
              "\r\n",
              "HTTP/1.1 " + status + " " + phrase,
              "Content-Type: text/plain; charset=utf-8",
              "Content-Length: " + body.length,
              "Connection: close",
              "",
              "");
      write(head.getBytes(StandardCharsets.US_ASCII));
      write(body);
    } catch (IOException gone) {
      // nobody is there to be told
    }
  }

  private void write(byte[] bytes) throws IOException {
    write(bytes, bytes.length);
  }

  private void write(byte[] bytes, int count) throws IOException {
    ByteBuffer piece = ByteBuffer.wrap(bytes, 0, count);
    while (piece.hasRemaining()) {
      client.write(piece);
    }
  }

  @Override
  public void close() {
    end(client);
    end(onward);
  }

  private static void end(@Nullable Closeable connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (IOException alreadyGone) {
      // as wanted
    }
  }
}
