package dev.nightdesk.spi;

import java.util.Locale;

/** Why a run starts. Every cause passes the same gate. */
public enum Cause {
  /** The task is new. */
  NEW,
  /** The last run failed and another attempt is left. */
  RETRY,
  /** A trusted person replied on a finished task. */
  REPLY,
  /** A schedule said so. */
  SCHEDULE,
  /** The worker that had it died. */
  TAKEOVER,
  /** A person released it or asked for it by name. */
  MANUAL;

  /** The word in the audit log, e.g. {@code takeover}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
