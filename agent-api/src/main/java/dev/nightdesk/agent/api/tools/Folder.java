package dev.nightdesk.agent.api.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The workspace, and no step outside it. These tools run with the worker's own rights, so this is
 * the boundary: every folder on the way is opened from the one before it and never by its whole
 * path, links are not followed, and only regular files that have no second name are touched. A
 * command that changes the tree at the same moment changes nothing about that.
 */
final class Folder {
  /** No tool reads or writes more. */
  static final int LARGEST_FILE = 8 << 20;

  private static final Set<PosixFilePermission> OF_A_NEW_FOLDER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path root;

  /** Does something with a file's name in its opened folder. */
  private interface Use<T> {
    T with(SecureDirectoryStream<Path> folder, Path name) throws IOException, ToolException;
  }

  /** Gets what a walk finds. */
  interface Visitor {
    /** A regular file, its path from the workspace on; answers whether to go on. */
    boolean file(Path path, SecureDirectoryStream<Path> in, BasicFileAttributes attributes)
        throws IOException, ToolException;
  }

  Folder(Path workspace) throws IOException {
    root = workspace.toRealPath();
  }

  /** A path as the model wrote it, seen from the workspace; empty = the workspace itself. */
  Path place(String text) throws ToolException {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw ToolException.failed("That is not a path.");
    }
    Path place = (path.isAbsolute() ? root.relativize(path.normalize()) : path).normalize();
    if (place.startsWith("..")) {
      throw ToolException.denied(text + " is outside the workspace.");
    }
    return place;
  }

  /** The bytes of a file. */
  byte[] read(Path place) throws IOException, ToolException {
    return in(place, false, (folder, name) -> read(place, folder, name));
  }

  /** The bytes of a file in a folder that a walk has opened. */
  byte[] read(Path place, SecureDirectoryStream<Path> folder, Path name)
      throws IOException, ToolException {
    BasicFileAttributes before = regular(place, folder, name);
    byte[] bytes;
    try (SeekableByteChannel file =
        folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      bytes = Channels.newInputStream(file).readNBytes(LARGEST_FILE + 1);
    }
    BasicFileAttributes after = regular(place, folder, name);
    if (!Objects.equals(before.fileKey(), after.fileKey())) {
      throw ToolException.failed(place + " was replaced while it was read.");
    }
    if (bytes.length > LARGEST_FILE) {
      throw ToolException.failed(place + " is larger than " + (LARGEST_FILE >> 20) + " MB.");
    }
    return bytes;
  }

  /**
   * Puts a file in its place, whole or not at all; folders on the way are made. What had the name
   * before is not written into: it may have other names elsewhere.
   */
  void write(Path place, byte[] bytes) throws IOException, ToolException {
    if (bytes.length > LARGEST_FILE) {
      throw ToolException.failed("That is more than " + (LARGEST_FILE >> 20) + " MB.");
    }
    in(
        place,
        true,
        (folder, name) -> {
          Optional<Set<PosixFilePermission>> permissions = permissions(place, folder, name);
          Path fresh = Path.of(".nightdesk-" + UUID.randomUUID());
          try {
            put(folder, fresh, bytes);
            if (permissions.isPresent()) {
              posix(folder, fresh).setPermissions(permissions.get());
            }
            folder.move(fresh, folder, name);
          } catch (IOException e) {
            discard(folder, fresh);
            throw e;
          }
          return true;
        });
  }

  private static void put(SecureDirectoryStream<Path> folder, Path name, byte[] bytes)
      throws IOException {
    try (SeekableByteChannel file =
            folder.newByteChannel(
                name,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS));
        OutputStream out = Channels.newOutputStream(file)) {
      out.write(bytes);
    }
  }

  private static void discard(SecureDirectoryStream<Path> folder, Path name) {
    try {
      folder.deleteFile(name);
    } catch (IOException e) {
      // it was never made, or has its new name already
    }
  }

  /** Those of the file that is there; empty where there is none. */
  private Optional<Set<PosixFilePermission>> permissions(
      Path place, SecureDirectoryStream<Path> folder, Path name) throws IOException, ToolException {
    try {
      regular(place, folder, name);
      return Optional.of(posix(folder, name).readAttributes().permissions());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static PosixFileAttributeView posix(SecureDirectoryStream<Path> folder, Path name) {
    return folder.getFileAttributeView(
        name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Every regular file below a folder, in the order of the names; links are passed by. */
  void walk(Path place, Visitor visitor) throws IOException, ToolException {
    try (SecureDirectoryStream<Path> folder = open(place, false)) {
      new Walk(visitor).below(folder, place, 0);
    } catch (NoSuchFileException e) {
      throw ToolException.failed("There is no folder " + place + ".");
    }
  }

  private <T> T in(Path place, boolean create, Use<T> use) throws IOException, ToolException {
    Path name = place.getFileName();
    if (place.toString().isEmpty() || name == null) {
      throw ToolException.failed("That is the workspace itself, not a file in it.");
    }
    Path parent = place.getParent();
    try (SecureDirectoryStream<Path> folder = open(parent == null ? Path.of("") : parent, create)) {
      return use.with(folder, name);
    } catch (NoSuchFileException e) {
      throw ToolException.failed("There is no file " + place + ".");
    }
  }

  private SecureDirectoryStream<Path> open(Path place, boolean create)
      throws IOException, ToolException {
    SecureDirectoryStream<Path> at = secure(root);
    if (place.toString().isEmpty()) {
      return at;
    }
    for (Path name : place) {
      try (SecureDirectoryStream<Path> above = at) {
        at = step(above, name, place, create);
      }
    }
    return at;
  }

  private SecureDirectoryStream<Path> step(
      SecureDirectoryStream<Path> above, Path name, Path place, boolean create)
      throws IOException, ToolException {
    try {
      BasicFileAttributes attributes =
          attributes(above, name); // to open a pipe is to wait for ever
      if (!attributes.isDirectory() && !attributes.isSymbolicLink()) {
        throw ToolException.failed(name + " in " + place + " is no folder.");
      }
    } catch (NoSuchFileException e) {
      if (!create) {
        throw e;
      }
      make(above, name);
    }
    try {
      return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      throw link(place);
    }
  }

  /** A folder cannot be made in an opened one, but one that is made elsewhere can be moved in. */
  private void make(SecureDirectoryStream<Path> above, Path name) throws IOException {
    Path elsewhere = Objects.requireNonNull(root.getParent(), "a workspace is never /");
    Path fresh = Files.createTempDirectory(elsewhere, ".nightdesk-");
    Files.setPosixFilePermissions(fresh, OF_A_NEW_FOLDER);
    try (SecureDirectoryStream<Path> from = secure(elsewhere)) {
      from.move(Objects.requireNonNull(fresh.getFileName()), above, name);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  @SuppressWarnings("StreamResourceLeak") // whoever asks for it closes it
  private static SecureDirectoryStream<Path> secure(Path folder) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot open files without following links");
  }

  static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Refuses all but a regular file that has this one name. */
  private BasicFileAttributes regular(Path place, SecureDirectoryStream<Path> folder, Path name)
      throws IOException, ToolException {
    BasicFileAttributes attributes = attributes(folder, name);
    if (attributes.isSymbolicLink()) {
      throw link(place);
    }
    if (attributes.isDirectory()) {
      throw ToolException.failed(place + " is a folder.");
    }
    if (!attributes.isRegularFile()) {
      throw ToolException.denied(place + " is no regular file.");
    }
    // Java tells the number of names only by the whole path, which is why it looks twice
    Path whole = root.resolve(place);
    Object names = Files.getAttribute(whole, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    BasicFileAttributes same =
        Files.readAttributes(whole, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!Objects.equals(same.fileKey(), attributes.fileKey())) {
      throw ToolException.failed(place + " was replaced in this moment.");
    }
    if (!Integer.valueOf(1).equals(names)) {
      throw ToolException.denied(place + " is a hard link.");
    }
    return attributes;
  }

  private static ToolException link(Path place) {
    return ToolException.denied(place + " is a link, or behind one; links are not followed.");
  }
}
