package dev.nightdesk.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
  private final Jdbi jdbi;
  private final boolean postgres;
  private final String place;
  private final String migrationUrl;

  private Database(HikariConfig config, boolean postgres, String place, String migrationUrl) {
    this.postgres = postgres;
    this.place = place;
    this.migrationUrl = migrationUrl;
    try {
      this.pool = new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw Trouble.of(e, place);
    }
    this.jdbi = Jdbi.create(pool);
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
    return new Database(config, false, file.toString(), "jdbc:sqlite:" + file);
  }

  static Database postgres(String url) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger");
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(1);
    config.setIdleTimeout(60_000);
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setValidationTimeout(2_000);
    config.setConnectionInitSql(
        "set lock_timeout = '5s'; set idle_in_transaction_session_timeout = '5s'");
    config.addDataSourceProperty("ApplicationName", "nightdesk");
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "8");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("currentSchema", schemaOf(url));
    return new Database(config, true, placeOf(url), url);
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

  DataSource dataSource() {
    return pool;
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

  /** Statements that stand for themselves; within {@link #write} they join its transaction. */
  <T> T read(Function<Handle, T> work) {
    return use(work, false);
  }

  /** One transaction, or a part of the one that this thread is in already. */
  <T> T write(Function<Handle, T> work) {
    return use(work, true);
  }

  private <T> T use(Function<Handle, T> work, boolean transaction) {
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
      return Carried.shielded(() -> transaction ? jdbi.inTransaction(own) : jdbi.withHandle(own));
    } catch (JdbiException e) {
      throw Trouble.of(e, place);
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

  /** The database's clock minus ours; the answer's way back and forth counts half each. */
  Duration clockSkew(InstantSource clock) {
    if (!postgres) {
      return Duration.ZERO;
    }
    return read(handle -> {
      Instant before = clock.instant();
      Instant there = handle.createQuery("select clock_timestamp()").mapTo(Instant.class).one();
      Duration trip = Duration.between(before, clock.instant());
      return Duration.between(before.plus(trip.dividedBy(2)), there);
    });
  }

  @Override
  public void close() {
    pool.close();
  }
}
