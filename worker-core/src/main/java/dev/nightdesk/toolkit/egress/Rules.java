package dev.nightdesk.toolkit.egress;

import dev.nightdesk.spi.Network.Fenced;
import dev.nightdesk.spi.Network.Host;
import dev.nightdesk.toolkit.egress.RequestHead.Destination;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is let through, and a count of what was not. Safe for any thread. */
final class Rules {
  private static final int MOST_COUNTED = 100;

  private final List<Host> hosts;
  private final Optional<ModelService> held;
  private final Upstream upstream;
  private final Map<String, Integer> refusals = new TreeMap<>(Comparator.naturalOrder());

  Rules(Fenced network, Optional<ModelService> model, Upstream upstream) {
    Optional<ModelService> wanted = model.filter(service -> network.model());
    List<Host> all = new ArrayList<>(network.hosts());
    // an agent with a login of its own goes there by itself
    wanted
        .filter(service -> service.credential().isEmpty())
        .ifPresent(service -> all.add(new Host(service.host(), false, service.port())));
    this.hosts = List.copyOf(all);
    this.held = wanted.filter(service -> service.credential().isPresent());
    this.upstream = upstream;
  }

  boolean isEmpty() {
    return hosts.isEmpty() && held.isEmpty();
  }

  Upstream upstream() {
    return upstream;
  }

  /** Says no, or whether even an address in the own network is meant. */
  boolean check(Destination to) throws RefusedException {
    List<Host> meant = hosts.stream().filter(host -> host.covers(to.host(), to.port())).toList();
    if (meant.isEmpty()) {
      count(to);
      throw new RefusedException(
          403, "WORKER_NETWORK does not allow " + to + ". Nightdesk's proxy let nothing through.");
    }
    return meant.stream().anyMatch(Host::exact);
  }

  ModelService heldModel() throws RefusedException {
    return held.orElseThrow(() -> RefusedException.malformed("requests without a host"));
  }

  private synchronized void count(Destination to) {
    if (refusals.size() < MOST_COUNTED || refusals.containsKey(to.toString())) {
      refusals.merge(to.toString(), 1, Integer::sum);
    }
  }

  /** Host and port of what was refused, and how often. */
  synchronized Map<String, Integer> refusals() {
    return Map.copyOf(refusals);
  }
}
