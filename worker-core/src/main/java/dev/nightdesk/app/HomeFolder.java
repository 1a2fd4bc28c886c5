package dev.nightdesk.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** {@code NIGHTDESK_HOME}: made for its owner alone, and checked before anything relies on it. */
final class HomeFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OWNERS_FILE =
      PosixFilePermissions.fromString("rw-------");

  private HomeFolder() {}

  /** Makes the folder where it is missing, and makes sure that it can be written. */
  static Path open(Path home) {
    try {
      create(home);
      Path probe = Files.createTempFile(home, ".probe", "");
      Files.write(probe, new byte[1]);
      Files.delete(probe);
      return home;
    } catch (IOException e) {
      throw new UserException(
          "NIGHTDESK_HOME: nothing can be written to %s (%s). Make room or give yourself the right to write there, or set NIGHTDESK_HOME to another folder."
              .formatted(home, reason(e)));
    }
  }

  /** Makes a folder, and those above it, that only its owner can enter. */
  static void create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      create(parent);
    }
    Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Adds to a file, which is made for its owner alone. */
  static void append(Path file, String text) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS_FILE));
    }
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  /** Whether others than its owner can look into it. */
  static boolean isOpenToOthers(Path folder) throws IOException {
    var granted = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    return !OWNER_ONLY.containsAll(granted);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.FileAlreadyExistsException file -> "there is a file of that name";
      case java.nio.file.FileSystemException system when system.getReason() != null ->
          system.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
