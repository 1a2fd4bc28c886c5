package dev.nightdesk.spi;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which part of the network an agent can reach. */
public sealed interface Network {

  /** Whatever the machine can. */
  record Open() implements Network {}

  /**
   * Nothing but this, and that only through the worker.
   *
   * @param model whether the service of the agent's own model
   * @param hosts further hosts
   */
  record Fenced(boolean model, List<Host> hosts) implements Network {
    public Fenced {
      hosts = List.copyOf(hosts);
    }

    /** Whether it lets anything through. */
    public boolean lets() {
      return model || !hosts.isEmpty();
    }

    /** What it lets through, for a person. */
    public String inWords() {
      String further = hosts.stream().map(Host::toString).collect(Collectors.joining(", "));
      return !lets()
          ? "nothing can be reached"
          : (model ? "its model" : "") + (model && !hosts.isEmpty() ? ", " : "") + further;
    }
  }

  /**
   * A host that may be reached, or all below a domain.
   *
   * @param name in the form of {@link #canonical}
   * @param below whether it is the hosts below that name, and not the name itself
   * @param port the only port; 0 = 80 and 443
   */
  record Host(String name, boolean below, int port) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Pattern NUMERIC = Pattern.compile("\\d+|0x[0-9a-f]*");
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern FOUR_BYTES = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern SIX = Pattern.compile("\\[[0-9A-Fa-f:]+\\]");

    public Host {
      Objects.requireNonNull(name);
    }

    /**
     * Reads {@code api.example.com}, {@code *.example.com}, either with a port.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static Host parse(String text) {
      int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
      boolean below = text.startsWith("*.");
      String name = text.substring(below ? 2 : 0, colon < 0 ? text.length() : colon);
      Optional<String> canonical = canonical(name);
      boolean known = canonical.isPresent() && (!below || isDomain(canonical.get()));
      String port = colon < 0 ? "0" : text.substring(colon + 1);
      if (!known || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
        throw new IllegalArgumentException(
            "expected hosts such as api.example.com, *.example.com or localhost:11434");
      }
      return new Host(canonical.get(), below, Integer.parseInt(port));
    }

    private static boolean isDomain(String name) {
      return name.contains(".") && Character.isLetter(name.charAt(name.length() - 1));
    }

    /** Whether this is meant; the name is a canonical one. */
    public boolean covers(String host, int toPort) {
      boolean named = below ? host.endsWith("." + name) : host.equals(name);
      return named && (port == 0 ? toPort == 443 || toPort == 80 : toPort == port);
    }

    /** Whether it is one port of one host, so that even a host inside the own network is meant. */
    public boolean exact() {
      return !below && port != 0;
    }

    /**
     * The one way to write a host: lower case, ASCII, no dot at the end; addresses as four decimal
     * numbers or in brackets. Empty for whatever has another meaning to somebody: {@code 0x7f.1},
     * {@code 2130706433}, {@code 127.1}, an IPv4 address inside of an IPv6 one, other characters.
     */
    public static Optional<String> canonical(String text) {
      if (SIX.matcher(text).matches()) {
        return six(text);
      }
      String name;
      try {
        name = IDN.toASCII(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
      } catch (IllegalArgumentException notAName) {
        return Optional.empty();
      }
      String lower = name.toLowerCase(Locale.ROOT);
      List<String> labels = List.of(lower.split("\\.", -1));
      boolean wellFormed =
          lower.length() <= 253
              && labels.stream().allMatch(l -> l.length() <= 63 && LABEL.matcher(l).matches());
      boolean number = NUMERIC.matcher(labels.getLast()).matches();
      return wellFormed && (!number || FOUR_BYTES.matcher(lower).matches())
          ? Optional.of(lower)
          : Optional.empty();
    }

    private static Optional<String> six(String text) {
      try {
        // what is in brackets is never looked up
        return InetAddress.getByName(text) instanceof Inet6Address six
            ? Optional.of("[" + six.getHostAddress() + "]")
            : Optional.empty();
      } catch (UnknownHostException notAnAddress) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return (below ? "*." : "") + name + (port == 0 ? "" : ":" + port);
    }
  }
}
