package dev.nightdesk.testkit;

/**
 * What the agent of a contract test does. The author of an adapter makes an agent of each: usually
 * a small script that speaks the agent's own protocol, or canned answers of a model's service.
 */
public sealed interface Act {

  /** Acts of any agent. */
  sealed interface Any extends Act {}

  /** Acts of agents that are programs. */
  sealed interface OfProgram extends Act {}

  /**
   * Ends well.
   *
   * @param result what it says, exactly; empty = it says nothing
   */
  record Says(String result) implements Any {}

  /** Ends well, and its result is the last line of its prompt. */
  record RepeatsLastLine() implements Any {}

  /**
   * Ends with an error of the agent's own.
   *
   * @param complaint what it says about it
   */
  record Fails(String complaint) implements Any {}

  /**
   * Says something and does not end by itself.
   *
   * @param words what it says, at once
   * @param stubborn whether it goes on after it was asked to end
   */
  record Hangs(String words, boolean stubborn) implements Any {}

  /** Says more and more and does not end by itself. */
  record Floods() implements Any {}

  /** Ends well, and its result is {@code a}, the bytes FF and FE, {@code b}. */
  record SaysBrokenText() implements OfProgram {}

  /** Ends well without reading its input, and its result is {@code done}. */
  record NeverReads() implements OfProgram {}

  /** Ends well, and its result is its environment, one {@code NAME=value} a line. */
  record ShowsEnvironment() implements OfProgram {}

  /**
   * Starts processes that leave its group and session, ignore signals and have an empty
   * environment; then hangs stubbornly, or ends well with the result {@code done}.
   *
   * @param token stands in the command line of each of them
   * @param hangs whether it hangs
   */
  record LeavesProcesses(String token, boolean hangs) implements OfProgram {}
}
