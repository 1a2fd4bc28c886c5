package dev.nightdesk.agent.api.tools;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** One walk through opened folders, which ends in any tree. */
final class Walk {
  private static final int MOST = 200_000;
  private static final int DEEPEST = 40;

  private final Folder.Visitor visitor;
  private int seen;

  Walk(Folder.Visitor visitor) {
    this.visitor = visitor;
  }

  /** Visits what is below a folder; false where the visitor has enough. */
  boolean below(SecureDirectoryStream<Path> folder, Path place, int depth)
      throws IOException, ToolException {
    for (Path name : names(folder)) {
      if (Thread.interrupted()) {
        throw ToolException.failed("The search was stopped.");
      }
      if (++seen > MOST) {
        throw ToolException.failed(
            "There are more than " + MOST + " files. Search in one of the folders.");
      }
      if (!visit(folder, place.resolve(name), name, depth)) {
        return false;
      }
    }
    return true;
  }

  private boolean visit(SecureDirectoryStream<Path> folder, Path path, Path name, int depth)
      throws IOException, ToolException {
    try {
      BasicFileAttributes attributes = Folder.attributes(folder, name);
      if (attributes.isRegularFile()) {
        return visitor.file(path, folder, attributes);
      }
      if (!attributes.isDirectory() || depth == DEEPEST || name.toString().equals(".git")) {
        return true;
      }
    } catch (NoSuchFileException e) {
      return true; // gone since it was listed
    }
    try (SecureDirectoryStream<Path> below =
        folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      return below(below, path, depth + 1);
    }
  }

  private static List<Path> names(SecureDirectoryStream<Path> folder) {
    List<Path> names = new ArrayList<>();
    for (Path path : folder) {
      names.add(Objects.requireNonNull(path.getFileName()));
    }
    Collections.sort(names);
    return names;
  }
}
