package dev.nightdesk.toolkit.egress;

import java.io.IOException;

/** A request that is not let through. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** With the HTTP status to answer with, and a sentence for whoever reads the agent's output. */
  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  static RefusedException malformed(String what) {
    return new RefusedException(400, "Nightdesk's proxy does not take " + what + ".");
  }

  int status() {
    return status;
  }
}
