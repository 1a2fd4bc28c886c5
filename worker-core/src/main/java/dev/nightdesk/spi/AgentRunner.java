package dev.nightdesk.spi;

import java.util.List;

/** Does the work. Opened once per worker; several runs may be under way at once. */
public interface AgentRunner extends AutoCloseable {

  /**
   * Runs the agent on one task and returns when it, and everything it started, has ended. Emits
   * events while it goes on; the meter counts from them.
   *
   * <p>Interrupting the calling thread stops the run: the agent is asked to end, then made to,
   * within about five seconds, and the answer is {@link RunResult.Stopped} with what it had said
   * until then. Expected failures are results; an exception means a mistake in the adapter.
   */
  RunResult run(RunRequest request, RunEvents events);

  /**
   * What {@code nightdesk doctor} shows and a worker checks before its first run: program, version,
   * login, sandbox. A {@link Finding.State#WRONG} finding keeps the worker from starting runs.
   *
   * @param containment how runs will be contained
   */
  default List<Finding> check(Containment containment) throws InterruptedException {
    return List.of();
  }

  /** Releases what the agent holds. Never throws; may be called twice. */
  @Override
  default void close() {}
}
