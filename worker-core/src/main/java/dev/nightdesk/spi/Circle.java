package dev.nightdesk.spi;

/** A circle of people that a queue can look up. */
public enum Circle {
  /** The user whose token the queue uses. */
  OWNER,
  /** The members, as the queue's page in the documentation defines them. */
  MEMBERS
}
