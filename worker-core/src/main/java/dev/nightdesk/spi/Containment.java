package dev.nightdesk.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a run's processes are kept in. Made by core from the worker's settings; an adapter passes it
 * on to the toolkit and adds only what its own program needs.
 *
 * @param sandbox whether bubblewrap confines the agent; false is the user's explicit choice
 * @param readable further paths that the agent may see
 * @param writable further paths that the agent may change
 * @param hidden paths that it must not see, whatever else is visible: homes, {@code .env} files,
 *     {@code NIGHTDESK_HOME}
 * @param environment the variables that the agent gets, all of them, but for what the adapter adds
 * @param silence how long after the last beat the supervisor ends the process tree
 * @param pulse counts the heartbeats that were really committed to the ledger
 * @param allowance what of the network and of the machine the run may use
 */
public record Containment(
    boolean sandbox,
    List<Path> readable,
    List<Path> writable,
    List<Path> hidden,
    Map<String, String> environment,
    Duration silence,
    Pulse pulse,
    Allowance allowance) {

  /** Counts committed heartbeats. Any thread; never blocks. */
  @FunctionalInterface
  public interface Pulse {
    /** A number that grows whenever a heartbeat was committed. */
    long beats();

    /** Whether the last one is so young that nobody may take the task for a good while. */
    default boolean fresh() {
      return true;
    }
  }

  public Containment {
    readable = List.copyOf(readable);
    writable = List.copyOf(writable);
    hidden = List.copyOf(hidden);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(silence);
    Objects.requireNonNull(pulse);
    Objects.requireNonNull(allowance);
  }

  /** The same with another allowance. */
  public Containment with(Allowance other) {
    return new Containment(sandbox, readable, writable, hidden, environment, silence, pulse, other);
  }
}
