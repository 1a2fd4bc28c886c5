package dev.nightdesk.worker;

import dev.nightdesk.gate.Bounds;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.TaskQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a worker needs to know, as plain values.
 *
 * @param name the worker's name
 * @param queueName the adapter's name, for the audit log and comments
 * @param agentName likewise
 */
public record WorkerSpec(
    String name,
    String queueName,
    TaskQueue queue,
    String agentName,
    AgentRunner agent,
    Duration pollInterval,
    int concurrency,
    RunLimits limits,
    Bounds bounds,
    Optional<Path> instructions,
    Expectations expectations,
    Authors authors,
    Surroundings surroundings,
    Registry registry) {

  /**
   * What a good run leaves behind.
   *
   * @param requireStatus whether the result must end with a status line
   */
  public record Expectations(boolean requireStatus, List<Expected> files) {
    public Expectations {
      files = List.copyOf(files);
    }
  }

  /** A file pattern (a glob below the workspace) and the least size of each file. */
  public record Expected(String pattern, long leastBytes) {}

  /** Who may instruct the worker. */
  public sealed interface Authors {
    /** Whoever can write to the queue. */
    record Anyone() implements Authors {}

    /** Authors by id or login, the token's own user, the members. */
    record Named(Set<String> ids, boolean owner, boolean members) implements Authors {
      public Named {
        ids = Set.copyOf(ids);
      }
    }
  }

  /**
   * Where runs take place.
   *
   * @param home {@code NIGHTDESK_HOME}
   * @param hidden homes, {@code .env} files and {@code NIGHTDESK_HOME}
   * @param environment the agent's variables, but for HOME and TMPDIR, which are each run's own
   * @param directory the folder or git repository that the agent works on
   * @param trusted whether the agent configuration in a workspace is honoured
   * @param outputDirectory where files of good runs are copied to
   * @param allowance what of network and machine a run may use
   */
  public record Surroundings(
      Path home,
      boolean sandbox,
      List<Path> readable,
      List<Path> writable,
      List<Path> hidden,
      Map<String, String> environment,
      Optional<Path> directory,
      boolean trusted,
      Optional<Path> outputDirectory,
      Allowance allowance) {
    public Surroundings {
      readable = List.copyOf(readable);
      writable = List.copyOf(writable);
      hidden = List.copyOf(hidden);
      environment = Map.copyOf(environment);
    }

    /** How runs are kept in there. */
    Containment containment(Timings timings, Containment.Pulse pulse) {
      return new Containment(
          sandbox, readable, writable, hidden, environment, timings.silence(), pulse, allowance);
    }
  }

  /** The registry's columns. */
  public record Registry(
      Optional<String> owner, Optional<String> runbook, Optional<String> purpose) {}
}
