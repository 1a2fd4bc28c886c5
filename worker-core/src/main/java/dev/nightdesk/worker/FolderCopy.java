package dev.nightdesk.worker;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Copies a folder for an agent: everything but repositories' {@code .git}, {@code .env} files and
 * what is left out by name. Links are copied as links, never followed.
 */
final class FolderCopy extends SimpleFileVisitor<Path> {
  /** {@code .env.example} and the like hold no secrets and are there to be read. */
  private static final Pattern LEFT_OUT =
      Pattern.compile("\\.git|\\.env(\\.(?!(example|sample|template|dist)$).*)?");

  private final Path from;
  private final Path to;
  private final List<Path> without;

  /**
   * @param without folders that are left out wherever they are, e.g. {@code NIGHTDESK_HOME}
   */
  FolderCopy(Path from, Path to, List<Path> without) throws IOException {
    this.from = from.toRealPath();
    this.to = to;
    this.without = without;
  }

  /**
   * Copies.
   *
   * @throws InterruptedIOException if the thread is interrupted, which is noticed between two files
   */
  void make() throws IOException {
    Files.walkFileTree(from, this);
  }

  private static void stopIfInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the copy was stopped");
    }
  }

  private boolean isLeftOut(Path path) throws IOException {
    if (path.equals(from)) {
      return false;
    }
    if (LEFT_OUT.matcher(String.valueOf(path.getFileName())).matches()) {
      return true;
    }
    for (Path other : without) {
      if (Files.exists(other) && Files.isSameFile(path, other)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
      throws IOException {
    stopIfInterrupted();
    if (isLeftOut(folder)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    Files.createDirectories(to.resolve(from.relativize(folder)));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    stopIfInterrupted();
    boolean copied = attributes.isRegularFile() || attributes.isSymbolicLink();
    if (copied && !LEFT_OUT.matcher(String.valueOf(file.getFileName())).matches()) {
      Files.copy(
          file,
          to.resolve(from.relativize(file)),
          LinkOption.NOFOLLOW_LINKS,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return FileVisitResult.CONTINUE;
  }
}
