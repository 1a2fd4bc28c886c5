package dev.nightdesk.spi;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Something that happened in a run. Every event is a sign of life. */
public sealed interface RunEvent {

  /**
   * A process was started for the run; core writes it down so that a later worker can end it.
   *
   * @param pid its process id
   * @param startedAt when the operating system says that it started
   */
  record ProcessStarted(long pid, Instant startedAt) implements RunEvent {}

  /**
   * The agent said who it is. May come again with more.
   *
   * @param session the id to resume it by
   * @param version the agent program's version
   * @param model the model it uses
   */
  record Introduced(Optional<String> session, Optional<String> version, Optional<String> model)
      implements RunEvent {
    public Introduced {
      Objects.requireNonNull(session);
      Objects.requireNonNull(version);
      Objects.requireNonNull(model);
    }
  }

  /**
   * A model was called.
   *
   * @param usage what this call used
   */
  record ModelCalled(Usage usage) implements RunEvent {}

  /**
   * What the run used in all until now, as its agent says: counts instead of the model calls that
   * were emitted before it. For agents that tell the truth only at the end of a turn.
   *
   * @param total of this run, not of its session
   */
  record Settled(Usage total) implements RunEvent {}

  /**
   * A tool was called.
   *
   * @param name the tool's name
   */
  record ToolCalled(String name) implements RunEvent {}

  /**
   * A tool call was denied.
   *
   * @param name the tool's name
   * @param detail what was denied, in a few words
   */
  record ToolDenied(String name, String detail) implements RunEvent {}

  /**
   * The agent said something, which is kept in case the run is stopped.
   *
   * @param text what it said
   */
  record Said(String text) implements RunEvent {}

  /** It is alive and did nothing that has a name here. */
  record Alive() implements RunEvent {}
}
