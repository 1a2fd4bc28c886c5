package dev.nightdesk.testkit;

/** What not every queue can do. A test of an ability that a queue lacks is reported as skipped. */
public enum Ability {
  /** Of many claimants, whatever their ledgers, only one gets a task. */
  EXCLUSIVE_CLAIM,
  /** All writes of one call stand, or none. */
  ATOMIC_WRITES,
  /** Tasks have labels. */
  LABELS,
  /** Tasks have a priority. */
  PRIORITY,
  /** Tasks have a date. */
  DUE,
  /** Tasks can wait for other tasks. */
  BLOCKERS,
  /** A poll with a cursor gives only what changed. */
  CHANGES,
  /** A poll with a cursor gives new comments. */
  COMMENTS_IN_POLL,
  /** A title may be empty. */
  EMPTY_TITLE,
  /** A task can be deleted for good. */
  DELETION
}
