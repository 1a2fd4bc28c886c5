package dev.nightdesk.dist;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A release as it was laid out, or a copy of it that may be changed. */
record Release(Path root) {

  static Release built() {
    return new Release(Path.of(System.getProperty("release", "target/nightdesk-0.1.0")));
  }

  /** A copy, without the cache for fast starts: an empty one says that it cannot be made. */
  Release copyTo(Path folder) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (from.endsWith("cache")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(folder.resolve(root.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                from, folder.resolve(root.relativize(from)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    Files.writeString(folder.resolve("cache"), "No cache is made for a test.");
    return new Release(folder);
  }

  /** Leaves out every adapter but these. */
  Release with(String... adapters) throws IOException {
    try (Stream<Path> folders = Files.list(root.resolve("adapters"))) {
      for (Path adapter : folders.toList()) {
        if (!List.of(adapters).contains(adapter.getFileName().toString())) {
          try (Stream<Path> jars = Files.list(adapter)) {
            for (Path jar : jars.toList()) {
              Files.delete(jar);
            }
          }
          Files.delete(adapter);
        }
      }
    }
    return this;
  }

  /** {@code bin/nightdesk} in a folder of its own, with a home there and nothing else set. */
  Command command(Path folder, String... args) {
    List<String> words = new ArrayList<>(List.of(root.resolve("bin/nightdesk").toString()));
    words.addAll(List.of(args));
    return environment(new Command(folder, words), folder);
  }

  /** What a person's shell would have set, with that folder as the person's home. */
  Command environment(Command command, Path folder) {
    return command
        .with("PATH", System.getenv("PATH"))
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("HOME", folder.toString())
        .with("XDG_CACHE_HOME", folder.resolve("no-cache").toString())
        .with("LANG", Optional.ofNullable(System.getenv("LANG")).orElse("C.UTF-8"))
        .with("NIGHTDESK_HOME", folder.resolve("home").toString());
  }
}
