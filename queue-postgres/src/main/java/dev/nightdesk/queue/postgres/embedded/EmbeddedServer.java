package dev.nightdesk.queue.postgres.embedded;

import dev.nightdesk.spi.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A PostgreSQL server of our own, one for each {@code NIGHTDESK_HOME}. Whoever uses it first starts
 * it, processes that run at once share it, one that was left behind by a killed process is found
 * again, and the last one out stops it.
 *
 * <p>Immutable and safe for any thread; closing it twice does nothing more.
 */
public final class EmbeddedServer implements AutoCloseable {
  private static final Map<Path, Tenancy> TENANCIES = new ConcurrentHashMap<>();

  private final Tenancy tenancy;
  private final int port;
  private final Secret password;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedServer(Tenancy tenancy, int port, Secret password) {
    this.tenancy = tenancy;
    this.port = port;
    this.password = password;
  }

  /**
   * Makes sure that the server of this home runs, and keeps it running until closed. The first use
   * of a home unpacks the program and takes some seconds.
   *
   * @param home {@code NIGHTDESK_HOME}; the server's files go to {@code postgres} in it
   */
  public static EmbeddedServer use(Path home) throws EmbeddedServerException, InterruptedException {
    Path folder = home.toAbsolutePath().normalize().resolve("postgres");
    return use(folder, folder);
  }

  /** As {@link #use(Path)}, with the unpacked program in a folder that several homes share. */
  static EmbeddedServer use(Path folder, Path programs)
      throws EmbeddedServerException, InterruptedException {
    Tenancy tenancy =
        TENANCIES.computeIfAbsent(folder, where -> new Tenancy(new Server(where, programs)));
    Server.Address address = tenancy.enter();
    return new EmbeddedServer(tenancy, address.port(), address.password());
  }

  /** Where it is, for JDBC. */
  public String url() {
    return Server.url(port);
  }

  /** The user, who owns the database. */
  public String user() {
    return Cluster.USER;
  }

  /** The user's password. */
  public Secret password() {
    return password;
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      tenancy.leave();
    }
  }
}
