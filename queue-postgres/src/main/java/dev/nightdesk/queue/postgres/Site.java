package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServerException;
import dev.nightdesk.spi.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A server and how to log in there.
 *
 * @param login everything the driver needs beside the address, the password too
 * @param called the server as a person would name it, without anything secret
 * @param limit how long one call may take in all, however slowly its answer drips in
 * @param lease what keeps an embedded server running
 */
record Site(
    String url, Properties login, String called, Duration limit, Optional<EmbeddedServer> lease) {
  private static final int PATIENCE_SECONDS = 10;
  private static final int ANSWER_SECONDS = 30;

  /** Finds the server, and starts it where it is an embedded one. */
  interface Finder {
    Site find() throws EmbeddedServerException, InterruptedException;

    /** The server as a person would name it. */
    String called();
  }

  static Finder at(String url, Optional<String> user, Optional<Secret> password) {
    Properties login = new Properties();
    user.ifPresent(name -> PGProperty.USER.set(login, name));
    password.ifPresent(secret -> PGProperty.PASSWORD.set(login, secret.reveal()));
    Site site = new Site(url, bounded(login), name(url), limit(url, login), Optional.empty());
    return new Finder() {
      @Override
      public Site find() {
        return site;
      }

      @Override
      public String called() {
        return site.called();
      }
    };
  }

  static Finder embeddedIn(Path home) {
    return new Finder() {
      @Override
      public Site find() throws EmbeddedServerException, InterruptedException {
        EmbeddedServer server = EmbeddedServer.use(home);
        Properties login = new Properties();
        PGProperty.USER.set(login, server.user());
        PGProperty.PASSWORD.set(login, server.password().reveal());
        return new Site(
            server.url(),
            bounded(login),
            called(),
            limit(server.url(), login),
            Optional.of(server));
      }

      @Override
      public String called() {
        return "The embedded PostgreSQL in " + home;
      }
    };
  }

  /** Nothing waits for ever: not the connection, the login, an answer, nor a dead peer. */
  private static Properties bounded(Properties login) {
    PGProperty.CONNECT_TIMEOUT.set(login, PATIENCE_SECONDS);
    PGProperty.LOGIN_TIMEOUT.set(login, PATIENCE_SECONDS);
    PGProperty.SOCKET_TIMEOUT.set(login, ANSWER_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(login, true);
    PGProperty.APPLICATION_NAME.set(login, "nightdesk");
    PGProperty.LOG_SERVER_ERROR_DETAIL.set(login, false);
    return login;
  }

  private static String name(String url) {
    Properties parts = Driver.parseURL(url, null);
    return parts == null
        ? "PostgreSQL"
        : "PostgreSQL, database %s at %s:%s"
            .formatted(
                PGProperty.PG_DBNAME.getOrDefault(parts),
                PGProperty.PG_HOST.getOrDefault(parts),
                PGProperty.PG_PORT.getOrDefault(parts));
  }

  private static Duration limit(String url, Properties login) {
    Properties effective = Driver.parseURL(url, login);
    String seconds = effective == null ? null : PGProperty.SOCKET_TIMEOUT.getOrDefault(effective);
    int answer = seconds == null || !seconds.matches("\\d{1,4}") ? 0 : Integer.parseInt(seconds);
    return Duration.ofSeconds(2L * (answer == 0 ? ANSWER_SECONDS : answer));
  }

  Connection connect() throws SQLException {
    Connection connection = new Driver().connect(url, login);
    if (connection == null) {
      throw new SQLException("the driver does not know this kind of URL", "08001");
    }
    return Calls.using(connection);
  }
}
