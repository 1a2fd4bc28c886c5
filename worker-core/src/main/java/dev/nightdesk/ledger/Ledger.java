package dev.nightdesk.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The ledger: one home's SQLite file, or a PostgreSQL database that many machines share. */
@SuppressWarnings("DoNotCallSuggester")
public final class Ledger implements AutoCloseable {
  private Ledger() {}

  public static Ledger open(Path home, Optional<String> databaseUrl, InstantSource clock) {
    throw new UnsupportedOperationException("not yet");
  }

  public Tasks tasks() {
    throw new UnsupportedOperationException("not yet");
  }

  public Runs runs() {
    throw new UnsupportedOperationException("not yet");
  }

  public Outbox outbox() {
    throw new UnsupportedOperationException("not yet");
  }

  public Switches switches() {
    throw new UnsupportedOperationException("not yet");
  }

  public Heads heads() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The database's clock minus ours, measured now; zero for SQLite. */
  public Duration clockSkew() {
    throw new UnsupportedOperationException("not yet");
  }

  public Executions executions(
      String worker, int concurrency, Timings timings, Executions.Handler handler) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Tells the rows of this home from those of others; kept in the home. */
  public String homeId() {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }
}
