package dev.nightdesk.app;

import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.RunRow;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Removes what old runs left in a home: their folders and workspaces, never the audit log. A folder
 * that is not named by a run's id is none of ours.
 */
final class Retention {
  private static final Pattern RUN_ID =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=(?:\\.(?:home|git))?$)");

  private final Path home;
  private final Runs runs;
  private final Instant before;

  /** Of runs that ended before that time. */
  Retention(Path home, Runs runs, Instant before) {
    this.home = home;
    this.runs = runs;
    this.before = before;
  }

  /** The folders that may go. */
  List<Path> old() throws IOException {
    List<Path> old = new ArrayList<>();
    for (String kind : List.of("runs", "workspaces")) {
      Path folder = home.resolve(kind);
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
          for (Path of : found) {
            if (isOld(of)) {
              old.add(of);
            }
          }
        }
      }
    }
    return old;
  }

  private boolean isOld(Path folder) throws IOException {
    String id = folder.getFileName().toString();
    var named = RUN_ID.matcher(id);
    if (!named.lookingAt()) {
      return false;
    }
    Optional<RunRow> run = runs.find(named.group());
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
