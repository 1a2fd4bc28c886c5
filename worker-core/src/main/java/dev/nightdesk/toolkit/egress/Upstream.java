package dev.nightdesk.toolkit.egress;

import dev.nightdesk.toolkit.egress.RequestHead.Destination;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * How the worker itself gets out: straight, or through the proxy that its machine has to use.
 *
 * @param proxy that one
 * @param direct hosts that are reached without it, as {@code NO_PROXY} names them
 */
record Upstream(Optional<URI> proxy, List<String> direct) {
  private static final int CONNECT_MILLIS = 20_000;
  private static final int LONGEST_ANSWER = 16 << 10;

  Upstream {
    direct = List.copyOf(direct);
  }

  /** By the variables that every program knows. */
  static Upstream of(Map<String, String> environment) {
    Optional<URI> proxy =
        List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
            .stream()
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isBlank())
            .findFirst()
            .map(value -> URI.create(value.contains("://") ? value : "http://" + value))
            .filter(uri -> uri.getHost() != null);
    String direct = environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
    return new Upstream(
        proxy,
        Arrays.stream(direct.toLowerCase(Locale.ROOT).split(",", -1)).map(String::strip).toList());
  }

  /** The proxy for a host, if there is one between. */
  Optional<URI> proxyFor(Destination to) {
    boolean past =
        direct.stream()
            .filter(name -> !name.isEmpty())
            .map(name -> name.startsWith(".") ? name.substring(1) : name)
            .anyMatch(name ->
                name.equals("*") || to.host().equals(name) || to.host().endsWith("." + name));
    return proxy.filter(p -> !past);
  }

  /**
   * Connects to a host.
   *
   * @param anywhere whether it may be in a network of one's own
   * @param tunnel whether a proxy between is to pass everything on, and not to read it
   */
  Socket connect(Destination to, boolean anywhere, boolean tunnel) throws IOException {
    Optional<URI> between = proxyFor(to);
    if (between.isEmpty()) {
      return connected(new InetSocketAddress(address(to, anywhere), to.port()));
    }
    if (!anywhere && isAddress(to.host())) {
      address(to, false);
    }
    URI at = between.get();
    int port = at.getPort() < 0 ? 80 : at.getPort();
    Socket socket = connected(new InetSocketAddress(at.getHost(), port));
    if (tunnel) {
      try {
        dig(socket, to, at);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }
    return socket;
  }

  /** Puts TLS on a connection, with the name checked. */
  static Socket secured(Socket plain, String host) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secure = (SSLSocket) factory.createSocket(plain, host, plain.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    plain.setSoTimeout(CONNECT_MILLIS);
    secure.startHandshake();
    plain.setSoTimeout(0);
    return secure;
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, CONNECT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The address that is checked is the one that is connected to: names may change in between. */
  private static InetAddress address(Destination to, boolean anywhere) throws IOException {
    InetAddress[] all;
    try {
      all = InetAddress.getAllByName(to.host());
    } catch (UnknownHostException e) {
      throw new RefusedException(502, "There is no host " + to.host() + ".");
    }
    return Arrays.stream(all)
        .filter(address -> anywhere || Addresses.isPublic(address))
        .findFirst()
        .orElseThrow(() ->
            new RefusedException(
                403,
                to.host()
                    + " is in this machine's own network. WORKER_NETWORK allows that only for a"
                    + " host with its port, such as "
                    + to
                    + "."));
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || Character.isDigit(host.charAt(host.length() - 1));
  }

  private static void dig(Socket socket, Destination to, URI proxy) throws IOException {
    String head =
        "CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(to, to, authorization(proxy));
    socket.setSoTimeout(CONNECT_MILLIS);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      int next = in.read(); // byte by byte, since what follows is not ours
      if (next < 0 || answer.length() > LONGEST_ANSWER) {
        throw new IOException("the proxy before the internet does not answer");
      }
      answer.append((char) next);
    }
    socket.setSoTimeout(0);
    if (!answer.toString().matches("(?s)HTTP/1\\.[01] 2\\d\\d.*")) {
      throw new IOException(
          "the proxy before the internet says: "
              + answer.toString().lines().findFirst().orElse(""));
    }
  }

  /** The line that opens a proxy whose address has a password in it; else nothing. */
  static String authorization(URI proxy) {
    if (proxy.getUserInfo() == null) {
      return "";
    }
    byte[] words = proxy.getUserInfo().getBytes(StandardCharsets.UTF_8);
    return "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(words) + "\r\n";
  }
}
