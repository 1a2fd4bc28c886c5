package dev.nightdesk.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/** The home folder, entered by one process at a time: no two make the same things in it at once. */
final class Home implements AutoCloseable {
  /** File locks count for the process as a whole. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final Path folder;
  private final FileChannel idFile;
  private final String id;

  private Home(Path folder, FileChannel idFile, String id) {
    this.folder = folder;
    this.idFile = idFile;
    this.id = id;
  }

  @SuppressWarnings("resource") // the channel, and with it the lock, is the returned home's
  static Home enter(Path folder) throws IOException {
    Files.createDirectories(folder, only("rwx------"));
    THREADS.lock();
    try {
      FileChannel idFile =
          FileChannel.open(
              folder.resolve("home-id"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              only("rw-------"));
      idFile.lock();
      return new Home(folder, idFile, readOrMake(idFile));
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  private static String readOrMake(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    file.read(bytes, 0);
    String known = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    if (!known.isBlank()) {
      return known.strip();
    }
    String fresh = Long.toString(new SecureRandom().nextLong() >>> 2, 36);
    file.write(ByteBuffer.wrap((fresh + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    file.force(true);
    return fresh;
  }

  String id() {
    return id;
  }

  /** A file that only its owner can read, made empty where it is missing. */
  Path privateFile(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      Files.createFile(file, only("rw-------"));
    } catch (FileAlreadyExistsException e) {
      return file;
    }
    return file;
  }

  /**
   * SQLite's native library, unpacked once. Left to itself the driver unpacks it to the temporary
   * folder at every start and compares it byte by byte, which costs more than opening the ledger.
   */
  void keepNativeLibrary() throws IOException {
    if (System.getProperty("org.sqlite.lib.path") != null) {
      return;
    }
    Path version = folder.resolve("native").resolve("sqlite-" + SQLiteJDBCLoader.getVersion());
    Path library = version.resolve(LibraryLoaderUtil.getNativeLibName());
    if (!Files.exists(library)) {
      String inside = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + library.getFileName();
      try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(inside)) {
        if (packed == null) {
          return;
        }
        Files.createDirectories(version, only("rwx------"));
        Path unpacked = Files.createTempFile(version, "new", "");
        Files.copy(packed, unpacked, StandardCopyOption.REPLACE_EXISTING);
        Files.move(unpacked, library, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    System.setProperty("org.sqlite.lib.path", version.toString());
  }

  private static FileAttribute<?>[] only(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public void close() throws IOException {
    try {
      idFile.close();
    } finally {
      THREADS.unlock();
    }
  }
}
