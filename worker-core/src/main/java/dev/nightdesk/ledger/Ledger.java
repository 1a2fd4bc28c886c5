package dev.nightdesk.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The ledger: one home's SQLite file, or a PostgreSQL database that many machines share. */
public final class Ledger implements AutoCloseable {
  private final Database database;
  private final Self self;
  private final InstantSource clock;
  private final SharedClock shared;

  private Ledger(Database database, Self self, InstantSource clock) {
    this.database = database;
    this.self = self;
    this.clock = clock;
    this.shared = new SharedClock(database, clock);
  }

  /**
   * Opens the ledger and brings its tables up to date.
   *
   * @param databaseUrl a {@code jdbc:postgresql:} URL; empty = {@code ledger.db} in the home
   */
  public static Ledger open(Path home, Optional<String> databaseUrl, InstantSource clock) {
    try (Home at = Home.enter(home)) {
      Database database = connect(at, databaseUrl);
      try {
        Schema.bringUpToDate(database);
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
      return new Ledger(database, Self.of(at.id()), clock);
    } catch (IOException e) {
      throw new LedgerException(
          "Cannot write in "
              + home
              + " ("
              + e.getMessage()
              + "). Make it writable for you, or set NIGHTDESK_HOME to a folder that is.",
          e);
    }
  }

  private static Database connect(Home home, Optional<String> databaseUrl) throws IOException {
    if (databaseUrl.isPresent()) {
      return Database.postgres(databaseUrl.get());
    }
    home.keepNativeLibrary();
    return Database.sqlite(home.privateFile("ledger.db"));
  }

  public Tasks tasks() {
    return new Tasks(database, clock);
  }

  public Runs runs() {
    return new Runs(database, self, clock);
  }

  public Outbox outbox() {
    return new Outbox(database, clock);
  }

  public Switches switches() {
    return new Switches(database, clock);
  }

  public Pruning pruning() {
    return new Pruning(database, clock);
  }

  public Arrivals arrivals() {
    return new Arrivals(database, self, clock);
  }

  public Heads heads() {
    return new Heads(database, self.homeId());
  }

  /** The database's clock minus ours, measured now; zero for SQLite. */
  public Duration clockSkew() {
    return shared.measure();
  }

  public Executions executions(
      String worker, int concurrency, Timings timings, Executions.Handler handler) {
    shared.measure();
    return new Executions(
        new Picks(database, worker, self, shared::now), concurrency, timings, handler);
  }

  /** Tells the rows of this home from those of others; kept in the home. */
  public String homeId() {
    return self.homeId();
  }

  /** This machine's name, as it stands in the rows of its runs. */
  public String host() {
    return self.host();
  }

  @Override
  public void close() {
    database.close();
  }
}
