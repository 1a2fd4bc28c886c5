package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Network;
import dev.nightdesk.toolkit.egress.Egress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one run may use of network, memory and processes, made ready before it starts and taken away
 * after it.
 *
 * @param egress the way out of a fenced network
 * @param groups the control groups that bound it
 * @param bounds words before the command that bound each process, where there are no groups
 */
record Fence(Optional<Egress> egress, Optional<ControlGroups> groups, List<String> bounds)
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fence.class);

  static Fence raise(Launch launch, Isolation isolation) throws CannotStartException {
    Allowance allowance = launch.containment().allowance();
    Optional<Egress> egress = Optional.empty();
    if (allowance.network() instanceof Network.Fenced fenced) {
      isolation.requireFence(fenced);
      egress = open(fenced, launch);
    }
    Optional<ControlGroups> groups = ControlGroups.make(allowance);
    return new Fence(egress, groups, groups.isPresent() ? List.of() : isolation.bounds(allowance));
  }

  private static Optional<Egress> open(Network.Fenced network, Launch launch)
      throws CannotStartException {
    try {
      return Egress.open(network, launch.needs().model(), launch.environment());
    } catch (IOException e) {
      throw new CannotStartException(
          "The way out of the sandbox cannot be opened: " + e.getMessage(), e);
    }
  }

  /** The launch as it is with this fence. */
  Launch around(Launch launch) {
    return egress.isPresent() ? launch.withEnvironment(Egress.environment()) : launch;
  }

  /** The words for bubblewrap. */
  List<String> words(Launch launch) {
    List<String> words = new ArrayList<>();
    if (launch.containment().allowance().network() instanceof Network.Fenced) {
      words.add("--unshare-net");
    }
    egress.ifPresent(
        way -> words.addAll(List.of("--ro-bind", way.socket().toString(), Egress.SOCKET_INSIDE)));
    return words;
  }

  /** The words between bubblewrap's and the agent's own. */
  List<String> starter() throws CannotStartException {
    List<String> words = new ArrayList<>(bounds);
    if (egress.isPresent()) {
      words.addAll(Egress.starter(Path.of(Programs.required("perl"))));
    }
    return words;
  }

  /** The files of the control groups by which a process enters them, one per line. */
  String entrances() {
    return String.join(
        "\n",
        groups.map(ControlGroups::entrances).orElse(List.of()).stream()
            .map(Path::toString)
            .toList());
  }

  /** What a program that failed had met: its ceiling, as a sentence for the user. */
  Optional<String> met() {
    return groups.flatMap(ControlGroups::met);
  }

  /** Says what was refused; each time a line of its own would let an agent fill the log. */
  void tell(Path record) {
    Map<String, Integer> refused = egress.map(Egress::refusals).orElse(Map.of());
    if (!refused.isEmpty()) {
      log.warn(
          "the agent wanted to reach what WORKER_NETWORK does not allow refused={} record={}",
          refused,
          record);
    }
  }

  @Override
  public void close() {
    egress.ifPresent(Egress::close);
    groups.ifPresent(ControlGroups::close);
  }
}
