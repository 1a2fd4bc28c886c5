package dev.nightdesk.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the ledger's database, and all that differs between SQLite and PostgreSQL.
 *
 * <p>SQLite has one writer at a time; one connection per process makes its threads queue up here
 * instead of colliding there. On PostgreSQL every wait is bounded, on both ends: a frozen server
 * gives an error before the silence limit, a frozen client loses its locks.
 */
final class Database implements AutoCloseable {
  private static final Pattern URL =
      Pattern.compile("jdbc:postgresql://(.*@)?(?<hosts>[^/@]+)/(?<database>[^?]*)(\\?.*)?");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What this thread is in the middle of. */
  private static final ThreadLocal<@Nullable Session> SESSION = new ThreadLocal<>();

  private record Session(Database database, Handle handle) {}

  private final HikariDataSource pool;
  private final HikariDataSource loosePool;
  private final Jdbi jdbi;
  private final Jdbi looseJdbi;
  private final boolean postgres;
  private final String place;
  private final String migrationUrl;

  private Database(
      boolean postgres,
      String place,
      String migrationUrl,
      HikariConfig config,
      @Nullable HikariConfig looseConfig) {
    this.postgres = postgres;
    this.place = place;
    this.migrationUrl = migrationUrl;
    try {
      this.pool = new HikariDataSource(config);
      this.loosePool = looseConfig == null ? pool : new HikariDataSource(looseConfig);
    } catch (RuntimeException e) {
      throw LedgerException.of(e, place);
    }
    this.jdbi = jdbi(pool);
    this.looseJdbi = looseConfig == null ? jdbi : jdbi(loosePool);
  }

  private static Jdbi jdbi(DataSource pool) {
    Jdbi jdbi = Jdbi.create(pool);
    jdbi.registerArgument(new CommonArguments());
    return jdbi;
  }

  static Database sqlite(Path file) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger");
    config.setJdbcUrl(
        "jdbc:sqlite:"
            + file
            + "?journal_mode=WAL&busy_timeout=10000&synchronous=NORMAL&transaction_mode=IMMEDIATE");
    config.setMaximumPoolSize(1);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(15_000);
    return new Database(false, file.toString(), "jdbc:sqlite:" + file, config, null);
  }

  static Database postgres(String url) {
    String place = placeOf(url);
    String limits = "set lock_timeout = '5s'; set idle_in_transaction_session_timeout = '5s'";
    HikariConfig config = postgresPool(url, "ledger", limits);
    HikariConfig loose =
        postgresPool(url, "ledger-loose", limits + "; set synchronous_commit = off");
    loose.setInitializationFailTimeout(-1);
    return new Database(true, place, url, config, loose);
  }

  private static HikariConfig postgresPool(String url, String name, String init) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(6);
    config.setMinimumIdle(1);
    config.setIdleTimeout(60_000);
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setValidationTimeout(2_000);
    config.setConnectionInitSql(init);
    config.addDataSourceProperty("ApplicationName", "nightdesk");
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "8");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("currentSchema", schemaOf(url));
    return config;
  }

  /** The schema that the URL asks for, else one of our own: user tables keep their names. */
  static String schemaOf(String url) {
    Matcher asked = Pattern.compile("[?&]currentSchema=([^&,]+)").matcher(url);
    return asked.find() ? URLDecoder.decode(asked.group(1), StandardCharsets.UTF_8) : "nightdesk";
  }

  /** Database, hosts and ports, without what may be secret. */
  private static String placeOf(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new LedgerException(
          "NIGHTDESK_DATABASE_URL is not a PostgreSQL URL. Write it as"
              + " jdbc:postgresql://HOST:5432/DATABASE?user=NAME, or leave it unset.");
    }
    return parts.group("database") + " at " + parts.group("hosts");
  }

  /** For db-scheduler: all that it writes is {@link #loosely} written. */
  DataSource looseDataSource() {
    return loosePool;
  }

  boolean isPostgres() {
    return postgres;
  }

  /**
   * Migrations go by a connection of their own: they may take longer than any statement of ours.
   */
  String migrationUrl() {
    return migrationUrl;
  }

  String place() {
    return place;
  }

  /** Each statement for itself; within {@link #together} they join its transaction. */
  <T> T each(Function<Handle, T> work) {
    return use(jdbi, false, work);
  }

  /** One transaction, or a part of the one that this thread is in already. */
  <T> T together(Function<Handle, T> work) {
    return use(jdbi, true, work);
  }

  /**
   * Each statement for itself, without waiting for PostgreSQL's disk. For what may be done again
   * when the database server crashes in that very moment: what is picked, offered, delivered. A run
   * that begins or ends does wait, and takes all that was written before it to the disk.
   */
  <T> T loosely(Function<Handle, T> work) {
    return use(looseJdbi, false, work);
  }

  private <T> T use(Jdbi through, boolean transaction, Function<Handle, T> work) {
    Session open = SESSION.get();
    if (open != null && open.database() == this) {
      return work.apply(open.handle());
    }
    HandleCallback<T, RuntimeException> own =
        handle -> {
          SESSION.set(new Session(this, handle));
          try {
            return work.apply(handle);
          } finally {
            SESSION.set(open);
          }
        };
    try {
      return Carried.shielded(
          () -> transaction ? through.inTransaction(own) : through.withHandle(own));
    } catch (JdbiException e) {
      throw LedgerException.of(e, place);
    }
  }

  /** What a {@code select} ends with that locks the rows it reads. */
  String forUpdate() {
    return postgres ? " for update" : "";
  }

  /** The same, passing over rows that somebody else has locked. */
  String forUpdateSkipLocked() {
    return postgres ? " for update skip locked" : "";
  }

  /** Until the transaction ends, nobody else has the same turn; SQLite's writers queue anyway. */
  void takeTurn(Handle handle, String what, String worker) {
    if (postgres) {
      handle
          .createQuery("select pg_advisory_xact_lock(hashtext(:what), hashtext(:worker))")
          .bind("what", "nightdesk." + what)
          .bind("worker", worker)
          .mapTo(String.class)
          .one();
    }
  }

  /** Asks for the database's time, which was this about half-way between asking and the answer. */
  SharedClock.Reading readClock() {
    return each(handle -> {
      long asked = System.nanoTime();
      Instant there = handle.createQuery("select clock_timestamp()").mapTo(Instant.class).one();
      long trip = System.nanoTime() - asked;
      return new SharedClock.Reading(there, asked + trip / 2, Duration.ofNanos(trip));
    });
  }

  @Override
  public void close() {
    loosePool.close();
    pool.close();
  }
}
