package dev.nightdesk.toolkit.egress;

import dev.nightdesk.spi.Network.Host;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first lines of a request, taken apart strictly: what two programs could read in two ways is
 * refused.
 *
 * @param method as it was sent
 * @param to the host, in its canonical form, and the port; empty = the model's service
 * @param path what is asked for there; empty for a tunnel
 * @param headers name and value, in their order
 */
record RequestHead(String method, Optional<Destination> to, String path, List<Header> headers) {
  /** More than any client sends. */
  static final int LONGEST = 64 << 10;

  private static final Pattern FIRST_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\\x21-\\x7e]+) HTTP/1\\.[01]");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*)");
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[^\\]]*\\]|[^\\[\\]:@/?#\\\\%]+)(?::(\\d{1,5}))?");
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)http://([^/?#\\\\]*)((?:[/?].*)?)");
  private static final Pattern UPWARD = Pattern.compile("(?i)(^|/)(\\.|%2e){1,2}(/|$)");

  /** What is said between two neighbours only, and what would keep a connection open. */
  private static final Set<String> BETWEEN_NEIGHBOURS =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "upgrade",
          "host");

  /** A line after the first one. */
  record Header(String name, String value) {
    boolean is(String other) {
      return name.toLowerCase(Locale.ROOT).equals(other);
    }
  }

  /** Where a request wants to go. */
  record Destination(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  RequestHead {
    headers = List.copyOf(headers);
  }

  boolean tunnel() {
    return method.equals("CONNECT");
  }

  /** Takes apart what came before the empty line. */
  static RequestHead parse(byte[] bytes) throws RefusedException {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    Matcher first = FIRST_LINE.matcher(lines[0]);
    if (!first.matches()) {
      throw RefusedException.malformed("such a first line");
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher header = HEADER.matcher(lines[i]);
      if (!header.matches()) {
        throw RefusedException.malformed("such a header line");
      }
      headers.add(new Header(header.group(1), header.group(2).strip()));
    }
    if (headers.stream().filter(h -> h.is("content-length") || h.is("transfer-encoding")).count()
        > 1) {
      throw RefusedException.malformed("a body with two lengths");
    }
    return aimed(first.group(1), first.group(2), headers);
  }

  private static RequestHead aimed(String method, String target, List<Header> headers)
      throws RefusedException {
    if (method.equals("CONNECT")) {
      return new RequestHead(method, Optional.of(destination(target, -1)), "", headers);
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (absolute.matches()) {
      Destination to = destination(absolute.group(1), 80);
      String path = absolute.group(2).startsWith("/") ? "" : "/";
      boolean inside = to.toString().equals(ModelService.INSIDE.substring("http://".length()));
      return checked(
          new RequestHead(
              method,
              inside ? Optional.empty() : Optional.of(to),
              path + absolute.group(2),
              headers));
    }
    if (!target.startsWith("/")) {
      throw RefusedException.malformed("such an address");
    }
    return checked(new RequestHead(method, Optional.empty(), target, headers));
  }

  /** The key is for what is below the base address only. */
  private static RequestHead checked(RequestHead head) throws RefusedException {
    if (head.to.isEmpty() && UPWARD.matcher(head.path.split("[?#]", 2)[0]).find()) {
      throw RefusedException.malformed("a path with dots");
    }
    return head;
  }

  private static Destination destination(String authority, int usual) throws RefusedException {
    Matcher parts = AUTHORITY.matcher(authority);
    Optional<String> host = parts.matches() ? Host.canonical(parts.group(1)) : Optional.empty();
    int port =
        host.isPresent() && parts.group(2) != null ? Integer.parseInt(parts.group(2)) : usual;
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw RefusedException.malformed("such a host");
    }
    return new Destination(host.get(), port);
  }

  /**
   * The request as it goes on: to its host, for this one answer only.
   *
   * @param target of the first line
   * @param host with its port, where that is not the usual one
   * @param credential in place of whatever the agent sent by that name and by others of its kind
   */
  byte[] onward(String target, String host, Optional<ModelService.Credential> credential) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    text.append("Host: ").append(host).append("\r\nConnection: close\r\n");
    Set<String> named = named();
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      boolean replaced =
          credential.isPresent() && Set.of("authorization", "x-api-key").contains(name);
      if (!BETWEEN_NEIGHBOURS.contains(name) && !named.contains(name) && !replaced) {
        text.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
    }
    credential.ifPresent(with ->
        text.append(with.header()).append(": ").append(with.value().reveal()).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What {@code Connection} says is between neighbours as well; never the body's length. */
  private Set<String> named() {
    Set<String> named = new HashSet<>();
    headers.stream()
        .filter(header -> header.is("connection"))
        .flatMap(header -> List.of(header.value().split(",", -1)).stream())
        .forEach(name -> named.add(name.strip().toLowerCase(Locale.ROOT)));
    named.removeAll(Set.of("content-length", "transfer-encoding"));
    return named;
  }
}
