package dev.nightdesk.worker;

import dev.nightdesk.worker.WorkerSpec.Expected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folders of runs. Named by the run id, never by a title. */
final class Workspaces {
  private static final int LISTED = 100_000;
  private static final FileAttribute<?> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path home;

  Workspaces(Path home) {
    this.home = home;
  }

  /**
   * A run's folders.
   *
   * @param workspace where the agent works
   * @param home the agent's home folder
   * @param record prompt, transcript and result
   */
  record Room(String runId, Path workspace, Path home, Path record) {
    Path prompt() {
      return record.resolve("prompt.md");
    }

    Path result() {
      return record.resolve("result.md");
    }
  }

  /** A file in a workspace: its path there, its size, and when it was changed. */
  record LeftFile(Path path, long bytes, FileTime changed) {}

  /**
   * What a run left in its workspace.
   *
   * @param files regular files, at most a hundred thousand
   * @param missing expectations that no file meets, in plain words
   * @param changes to the worker's folder, brought back for a person to take over
   */
  record Left(List<LeftFile> files, List<String> missing, Optional<Changes> changes) {
    static final Left NOTHING = new Left(List.of(), List.of(), Optional.empty());

    Left {
      files = List.copyOf(files);
      missing = List.copyOf(missing);
    }
  }

  /** A run's folders, which need not be there. */
  Room of(String runId) {
    return new Room(
        runId,
        home.resolve("workspaces").resolve(runId),
        home.resolve("workspaces").resolve(runId + ".home"),
        home.resolve("runs").resolve(runId));
  }

  /**
   * What an agent changed in the folder that its worker works on.
   *
   * @param file a bundle or patch
   * @param recipe the command that takes it over
   */
  record Changes(Path file, String recipe) {}

  /** Makes a run's folders and writes its prompt. */
  Room prepare(String runId, String prompt) throws IOException {
    Room room = of(runId);
    for (Path folder : List.of(room.workspace(), room.home(), room.record())) {
      Files.createDirectories(folder, PRIVATE_FOLDER);
    }
    write(room.prompt(), prompt);
    return room;
  }

  /** What an earlier run of this home said at its end; empty where nobody knows it any more. */
  Optional<String> resultOf(String runId) {
    try {
      String said = Files.readString(of(runId).result());
      return Optional.of(said).filter(text -> !text.isBlank());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Writes a private file. */
  static void write(Path file, String text) throws IOException {
    try {
      Files.createFile(file, PRIVATE_FILE);
    } catch (FileAlreadyExistsException old) {
      Files.delete(file);
      Files.createFile(file, PRIVATE_FILE);
    }
    // Titles and results may hold half a character, which Files.writeString refuses.
    Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
  }

  /**
   * Looks through a workspace without following links.
   *
   * @param before what was there when the run began, the run's own doing apart; empty where it
   *     began with nothing
   */
  Left left(Room room, List<Expected> expected, Optional<Set<LeftFile>> before) {
    List<LeftFile> files =
        files(room.workspace()).stream()
            .filter(file -> before.isEmpty() || (!isOfGit(file) && !before.get().contains(file)))
            .toList();
    List<String> missing = new ArrayList<>();
    for (Expected one : expected) {
      PathMatcher matcher = matcher(room.workspace(), one);
      boolean met =
          files.stream()
              .anyMatch(file -> matcher.matches(file.path()) && file.bytes() >= one.leastBytes());
      if (!met) {
        missing.add(
            one.pattern()
                + (one.leastBytes() > 0 ? " of at least " + Remarks.size(one.leastBytes()) : ""));
      }
    }
    return new Left(files, missing, Optional.empty());
  }

  private static boolean isOfGit(LeftFile file) {
    return file.path().startsWith(".git");
  }

  private static PathMatcher matcher(Path workspace, Expected expected) {
    return workspace.getFileSystem().getPathMatcher("glob:" + expected.pattern());
  }

  /** The regular files of a workspace, at most a hundred thousand. */
  static List<LeftFile> files(Path workspace) {
    List<LeftFile> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          workspace,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                files.add(
                    new LeftFile(
                        workspace.relativize(file),
                        attributes.size(),
                        attributes.lastModifiedTime()));
              }
              return files.size() < LISTED ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE; // the agent may have locked a folder
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no visitor above lets one through
    }
    files.sort((a, b) -> a.path().compareTo(b.path()));
    return files;
  }

  /**
   * Copies what a good run left (all, or what was expected) to the worker's output folder. A file
   * of the same name and other content is never overwritten: the new one gets the run id in its
   * name.
   *
   * @return what was copied, as absolute paths
   */
  List<Path> copyOut(Room room, Left left, List<Expected> expected, Optional<Path> to)
      throws IOException {
    List<Path> copied = new ArrayList<>();
    if (to.isEmpty()) {
      return copied;
    }
    List<PathMatcher> wanted =
        expected.stream().map(one -> matcher(room.workspace(), one)).toList();
    for (LeftFile file : left.files()) {
      if (wanted.isEmpty() || wanted.stream().anyMatch(one -> one.matches(file.path()))) {
        copied.add(copy(room, file.path(), to.get()));
      }
    }
    return copied;
  }

  private static Path copy(Room room, Path relative, Path to) throws IOException {
    Path source = room.workspace().resolve(relative);
    Path target = to.toAbsolutePath().resolve(relative);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    while (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (isCopy(target, source)) {
        return target;
      }
      String name = String.valueOf(target.getFileName());
      int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
      String run = room.runId();
      target = target.resolveSibling(name.substring(0, dot) + "-" + run + name.substring(dot));
    }
    return Files.copy(source, target, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isCopy(Path target, Path source) throws IOException {
    return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.mismatch(source, target) == -1;
  }
}
