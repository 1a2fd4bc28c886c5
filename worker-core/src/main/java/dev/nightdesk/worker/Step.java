package dev.nightdesk.worker;

import dev.nightdesk.ledger.TaskKey;

/**
 * The moments of a task's life right after something was written, in the ledger, in the queue or on
 * disk: whoever dies at one of them leaves another picture behind. A test dies at each.
 */
public enum Step {
  /** This process owns the task's execution. */
  PICKED,
  /** The gate let it begin: the ledger has the run, with its money put aside. */
  BEGUN,
  /** The queue took the claim, which nobody else knows yet. */
  CLAIMED,
  /** The run has its folders and its prompt. */
  PREPARED,
  /** The agent's process is there; the ledger does not know its id. */
  STARTED,
  /** The ledger knows it. */
  JOURNALED,
  /** The ledger knows what the agent spent so far. */
  SPENT,
  /** The agent has ended; what it said is in this process and in its own files only. */
  ENDED,
  /** What follows from the run is kept in its folder. */
  KEPT,
  /** The ledger has it: the run is ended, and what is to be delivered stands there. */
  CONCLUDED,
  /** The audit line is written. */
  RECORDED,
  /** The queue took what was to be delivered; the ledger does not know. */
  DELIVERED,
  /** The ledger knows that too. */
  RECEIVED,
  /** The ledger knows that the audit line is written. */
  NOTED,
  /** Of a run that was lost: its task is put back in the queue; in the ledger the run is on. */
  PUT_BACK,
  /** Of a run that was lost: the ledger has closed it; its audit line is missing. */
  LOST;

  /** Hears of every step, in the thread that takes it; nobody listens but tests. */
  @FunctionalInterface
  public interface Listener {
    void reached(Step step, TaskKey key);
  }
}
