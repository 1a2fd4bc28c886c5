package dev.nightdesk.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that this process alone writes to, made for its owner alone. Reading and writing it is not
 * cut short by an interrupt, which would leave half a line.
 */
record LockedFile(RandomAccessFile file) implements AutoCloseable {

  static LockedFile open(Path path) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        RandomAccessFile file = create(path);
        try {
          file.getChannel().lock();
          return new LockedFile(file);
        } catch (FileLockInterruptionException e) {
          interrupted |= Thread.interrupted();
          file.close();
        } catch (IOException e) {
          file.close();
          throw e;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RandomAccessFile create(Path path) throws IOException {
    if (!Files.exists(path)) {
      try {
        Files.createFile(path, onlyForTheOwner());
      } catch (FileAlreadyExistsException e) {
        return new RandomAccessFile(path.toFile(), "rw");
      }
    }
    return new RandomAccessFile(path.toFile(), "rw");
  }

  private static FileAttribute<?>[] onlyForTheOwner() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Closing releases the lock. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
