package dev.nightdesk.app;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.RunRow;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Removes what old runs left: their folders and workspaces in a home, and in the ledger what
 * nothing needs any more; never the audit log. A folder that is not named by a run's id is none of
 * ours.
 */
final class Retention {
  private static final Pattern RUN_ID =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=(?:\\.(?:home|git))?$)");

  private final Path home;
  private final Ledger ledger;
  private final Ages ages;

  /** How old each kind has to be. */
  record Ages(Duration runs, Duration workspaces, Duration ledger, Duration alerts) {
    static Ages all(Duration age) {
      return new Ages(age, age, age, age);
    }
  }

  Retention(Path home, Ledger ledger, Ages ages) {
    this.home = home;
    this.ledger = ledger;
    this.ages = ages;
  }

  /** The folders that may go. */
  List<Path> old() throws IOException {
    List<Path> old = old("runs", ages.runs());
    old.addAll(old("workspaces", ages.workspaces()));
    return old;
  }

  private Instant before(Duration age) {
    return ledger.clock().instant().minus(age);
  }

  /** How many tasks the ledger may forget. */
  int oldTasks() {
    return ledger.pruning().old(before(ages.ledger()));
  }

  /** Has the ledger forget them, and old alerts. */
  int forget() {
    ledger.pruning().forgetAlerts(before(ages.alerts()));
    return ledger.pruning().forget(before(ages.ledger()));
  }

  private List<Path> old(String kind, Duration age) throws IOException {
    List<Path> old = new ArrayList<>();
    Path folder = home.resolve(kind);
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
        for (Path of : found) {
          if (isOld(of, before(age))) {
            old.add(of);
          }
        }
      }
    }
    return old;
  }

  private boolean isOld(Path folder, Instant before) throws IOException {
    String id = folder.getFileName().toString();
    var named = RUN_ID.matcher(id);
    if (!named.lookingAt()) {
      return false;
    }
    Optional<RunRow> run = ledger.runs().find(named.group());
    if (run.isPresent()) {
      return run.get().endedAt().filter(before::isAfter).isPresent();
    }
    return Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
        .toInstant()
        .isBefore(before);
  }

  /** Removes a folder with all in it; follows no link, and enters what the agent has locked. */
  static void remove(Path folder) throws IOException {
    Deque<Path> left = new ArrayDeque<>(List.of(folder));
    while (!left.isEmpty()) {
      Path next = left.peek();
      if (!Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(left.pop());
        continue;
      }
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwx------"));
      boolean empty = true;
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(next)) {
        for (Path child : inside) {
          left.push(child);
          empty = false;
        }
      }
      if (empty) {
        Files.deleteIfExists(left.pop());
      }
    }
  }
}
