package dev.nightdesk.spi;

import java.util.Objects;

/**
 * What all processes of a run together may use.
 *
 * @param network which part of the network
 * @param memoryBytes how much memory; 0 = no ceiling
 * @param processes how many processes and threads; 0 = no ceiling
 */
public record Allowance(Network network, long memoryBytes, int processes) {
  /** Whatever the machine has. */
  public static final Allowance ALL = new Allowance(new Network.Open(), 0, 0);

  public Allowance {
    Objects.requireNonNull(network);
  }

  /** The same with another network. */
  public Allowance with(Network other) {
    return new Allowance(other, memoryBytes, processes);
  }
}
