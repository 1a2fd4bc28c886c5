package dev.nightdesk.queue.postgres.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL program on the class path, unpacked once for each version. */
final class Program {
  private final Path folder;

  /** Where the programs of all versions lie. */
  Program(Path folder) {
    this.folder = folder;
  }

  /** The folder with {@code bin}, unpacked if need be; only one process may do so at a time. */
  Path unpacked() throws IOException, EmbeddedServerException {
    Path home = folder.resolve("pgsql-" + version());
    if (!Files.isDirectory(home)) {
      Path half = folder.resolve("pgsql-" + version() + ".new");
      delete(half);
      unpack(half);
      Files.move(half, home, StandardCopyOption.ATOMIC_MOVE);
    }
    return home;
  }

  private static String version() throws IOException {
    try (InputStream in = Program.class.getResourceAsStream("binaries.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    }
  }

  private static void unpack(Path target) throws IOException, EmbeddedServerException {
    Files.createDirectories(target);
    try (InputStream archive = archive();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
          throw new IOException("the archive of PostgreSQL names a file outside: " + file);
        }
        place(tar, entry, file);
      }
    }
  }

  private static void place(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    if ((entry.getMode() & 0100) != 0) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static InputStream archive() throws EmbeddedServerException {
    for (String name : archives(Files.exists(Path.of("/etc/alpine-release")))) {
      InputStream archive = Program.class.getResourceAsStream("/" + name);
      if (archive != null) {
        return archive;
      }
    }
    throw EmbeddedServerException.lasting(
        "There is no embedded PostgreSQL for this platform ("
            + System.getProperty("os.name")
            + ", "
            + System.getProperty("os.arch")
            + ") in this build. Build Nightdesk on this platform, or set POSTGRES_URL to a server"
            + " of yours.");
  }

  private static List<String> archives(boolean alpine) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    String name = "postgres-" + (os.startsWith("mac") ? "darwin" : os) + "-" + arch;
    return alpine ? List.of(name + "-alpine_linux.txz") : List.of(name + ".txz");
  }

  /** Deletes a folder with all that is in it, where there is one. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
