package dev.nightdesk.toolkit.egress;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.Secret;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * The service of an agent's model. Where the network is fenced and there is a key, the agent never
 * sees it: it calls the service at an address inside the sandbox, and the worker adds the key on
 * the way.
 *
 * @param base the service's real address, possibly with a path
 * @param credential the header that opens it; empty = the agent logs in by itself
 */
public record ModelService(URI base, Optional<Credential> credential) {
  /** What an agent is given in place of a key that the worker holds. */
  public static final String STAND_IN = "sk-held-by-nightdesk";

  /** Where the agent finds the service then. */
  static final String INSIDE = "http://127.0.0.1:3128";

  /**
   * A header of a request.
   *
   * @param header its name in lower case
   * @param value its whole value
   */
  public record Credential(String header, Secret value) {
    public Credential {
      Objects.requireNonNull(header);
      Objects.requireNonNull(value);
    }
  }

  public ModelService {
    if (base.getHost() == null) {
      throw new IllegalArgumentException("a model's service has a host");
    }
    Objects.requireNonNull(credential);
  }

  /** A service that is opened by {@code Authorization: Bearer}. */
  public static ModelService bearer(URI base, Secret token) {
    return new ModelService(
        base, Optional.of(new Credential("authorization", Secret.of("Bearer " + token.reveal()))));
  }

  /** Whether the worker keeps the key to itself in a run that is kept in like this. */
  public boolean isHeld(Containment containment) {
    return containment.allowance().network() instanceof Network.Fenced fenced
        && fenced.model()
        && credential.isPresent();
  }

  /** The address that the agent is to call in a run that is kept in like this. */
  public String addressIn(Containment containment) {
    return isHeld(containment)
        ? INSIDE + (base.getRawPath() == null ? "" : base.getRawPath())
        : base.toString();
  }

  /** The host as it is compared: see {@link Network.Host#canonical}. */
  String host() {
    return Network.Host.canonical(base.getHost()).orElse(base.getHost());
  }

  int port() {
    return base.getPort() >= 0 ? base.getPort() : isSecure() ? 443 : 80;
  }

  boolean isSecure() {
    return "https".equalsIgnoreCase(base.getScheme());
  }
}
