package dev.nightdesk.queue.postgres.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who uses the server of one home. Two files are locked: {@code start.lock} by the one process that
 * is starting or stopping it, {@code use.lock} by all that use it, together. Such locks end with
 * their process, however it dies. A process has one of these for a home, because closing any handle
 * of a locked file would give up the locks of the whole process.
 */
final class Tenancy {
  private static final Logger log = LoggerFactory.getLogger(Tenancy.class);

  /** Unpacking, setting up and starting takes seconds; on a slow disk a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(20);

  private final Server server;
  private final ReentrantLock turn = new ReentrantLock();
  private int users;
  private Optional<FileChannel> inUse = Optional.empty();

  Tenancy(Server server) {
    this.server = server;
  }

  Server.Address enter() throws EmbeddedServerException, InterruptedException {
    turn.lockInterruptibly();
    try {
      Optional<Server.Address> running = users > 0 ? server.answering() : Optional.empty();
      Server.Address address = running.isPresent() ? running.get() : start();
      users++;
      return address;
    } catch (IOException broken) {
      throw EmbeddedServerException.lasting(
          "The embedded PostgreSQL in "
              + server.folder()
              + " cannot be used: "
              + broken
              + ". See to the folder, or set POSTGRES_URL to a server of yours.");
    } finally {
      if (users == 0) {
        giveUp();
      }
      turn.unlock();
    }
  }

  private Server.Address start() throws IOException, EmbeddedServerException, InterruptedException {
    server.makeFolder();
    try (FileChannel start = open("start.lock")) {
      awaitLock(start, PATIENCE);
      if (inUse.isEmpty()) {
        FileChannel use = open("use.lock");
        inUse = Optional.of(use);
        use.lock(0, Long.MAX_VALUE, true);
      }
      return server.start();
    }
  }

  void leave() {
    boolean interrupted = Thread.interrupted();
    turn.lock();
    try {
      users--;
      if (users == 0) {
        stopIfLast();
      }
    } catch (IOException | EmbeddedServerException left) {
      log.warn("event=embedded_postgres_left_running why=\"{}\"", left.getMessage());
    } catch (InterruptedException again) {
      interrupted = true;
    } finally {
      turn.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stopIfLast() throws IOException, EmbeddedServerException, InterruptedException {
    try (FileChannel start = open("start.lock")) {
      awaitLock(start, PATIENCE_AT_THE_END);
      giveUp();
      try (FileChannel use = open("use.lock");
          FileLock alone = use.tryLock()) {
        if (alone != null) {
          server.stop();
        }
      }
    } finally {
      giveUp();
    }
  }

  private void giveUp() {
    inUse.ifPresent(channel -> {
      try {
        channel.close();
      } catch (IOException lost) {
        log.debug("event=lock_file_lost why=\"{}\"", lost.getMessage());
      }
    });
    inUse = Optional.empty();
  }

  private void awaitLock(FileChannel channel, Duration patience)
      throws IOException, EmbeddedServerException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (channel.tryLock() == null) {
      if (System.nanoTime() > end) {
        throw EmbeddedServerException.forNow(
            "Another nightdesk has been starting or stopping the embedded PostgreSQL in "
                + server.folder()
                + " for "
                + patience.toSeconds()
                + " seconds. Look for one that hangs, and end it.");
      }
      Thread.sleep(20);
    }
  }

  private FileChannel open(String name) throws IOException {
    return FileChannel.open(
        server.folder().resolve(name),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
