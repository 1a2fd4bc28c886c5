package dev.nightdesk.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/** The ledger: one home's SQLite file, or a PostgreSQL database that many machines share. */
public final class Ledger implements AutoCloseable {
  private final Database database;
  private final Self self;
  private final InstantSource clock;
  private final SharedClock shared;

  private Ledger(Database database, Self self, SharedClock shared, InstantSource clock) {
    this.database = database;
    this.self = self;
    this.shared = shared;
    this.clock = clock;
  }

  /**
   * Opens the ledger and brings its tables up to date. All its times are the database's where
   * machines share one, however wrong their own clocks are.
   *
   * @param databaseUrl a {@code jdbc:postgresql:} URL; empty = {@code ledger.db} in the home
   */
  public static Ledger open(Path home, Optional<String> databaseUrl) {
    return open(home, databaseUrl, InstantSource.system(), shared -> shared);
  }

  /** The same with a clock that can be set: but for who lives, all times are that clock's. */
  public static Ledger open(Path home, Optional<String> databaseUrl, InstantSource clock) {
    return open(home, databaseUrl, clock, shared -> clock);
  }

  private static Ledger open(
      Path home,
      Optional<String> databaseUrl,
      InstantSource own,
      Function<InstantSource, InstantSource> clock) {
    try (Home at = Home.enter(home)) {
      Database database = connect(at, databaseUrl);
      try {
        Schema.bringUpToDate(database);
        var shared = new SharedClock(database, own);
        return new Ledger(database, Self.of(at.id()), shared, clock.apply(shared));
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
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

  /** The time by which all is written here. */
  public InstantSource clock() {
    return clock;
  }

  /** Looks at the database's clock again, which ours drifts away from. */
  public void readClock() {
    shared.measure();
  }

  /** By how much this machine's clock is wrong: more than 5 s off the ledger's, as it is now. */
  public Optional<Duration> clockOff() {
    return shared.off();
  }

  public Executions executions(
      String worker, int concurrency, Timings timings, Executions.Handler handler) {
    return new Executions(new Picks(database, worker, self, shared), concurrency, timings, handler);
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
