package dev.nightdesk.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for all tests of this JVM, with a database for each that asks. */
public final class Databases {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Databases() {}

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        // What is thrown away needs no disk; on a slow one its end held up the end of the JVM.
        return EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The tables are made once; a database with them is a copy. */
  private static final class Template {
    static final String NAME = make();

    private static String make() {
      run("create database template_ledger");
      try (Ledger ledger = open("template_ledger")) {
        return ledger.homeId().isEmpty() ? "" : "template_ledger";
      }
    }

    private static Ledger open(String name) {
      try {
        Path home = Files.createTempDirectory(Path.of("target"), "template");
        return Ledger.open(home, Optional.of(urlOf(name)), InstantSource.system());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static String freshPostgres() {
    String name = "ledger" + COUNT.incrementAndGet();
    run("create database " + name + " template " + Template.NAME);
    return urlOf(name);
  }

  static String emptyPostgres() {
    String name = "empty" + COUNT.incrementAndGet();
    run("create database " + name);
    return urlOf(name);
  }

  private static String urlOf(String name) {
    return Server.RUNNING.getJdbcUrl("postgres", name);
  }

  static void run(String sql) {
    try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
