package dev.nightdesk.queue.postgres.embedded;

import java.io.Serial;
import java.nio.file.Path;

/** The embedded PostgreSQL cannot be used; the message says why and what to do. */
public final class EmbeddedServerException extends Exception {
  @Serial private static final long serialVersionUID = 1L;
  private static final int LONGEST = 600;

  private final boolean lasting;

  private EmbeddedServerException(String message, boolean lasting) {
    super(message);
    this.lasting = lasting;
  }

  /** Trying again later may help. */
  static EmbeddedServerException forNow(String message) {
    return new EmbeddedServerException(message, false);
  }

  /** As {@link #forNow}, with the end of what PostgreSQL said. */
  static EmbeddedServerException failed(Path folder, String how, String said) {
    String end = said.strip();
    end = end.substring(Math.max(0, end.length() - LONGEST)).strip().replaceAll("\\R", " | ");
    return forNow("The embedded PostgreSQL in " + folder + " " + how + ": " + end);
  }

  /** Only a person can help. */
  static EmbeddedServerException lasting(String message) {
    return new EmbeddedServerException(message, true);
  }

  /** Whether only a person can help. */
  public boolean lasting() {
    return lasting;
  }
}
