package dev.nightdesk.agent.api.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds files by their names and by what is in them. */
final class SearchTools {
  private static final int MOST_FILES = 1_000;
  private static final int MOST_LINES = 200;
  private static final int LONGEST_LINE = 10_000;
  private static final int SHOWN_OF_LINE = 300;
  private static final long LARGEST_FILE = 4 << 20;

  private final Folder folder;
  private final Duration patience;

  SearchTools(Folder folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  String glob(Arguments arguments) throws IOException, ToolException {
    Glob glob = Glob.of(arguments.text("pattern"));
    Path start = folder.place(arguments.text("path", ""));
    Deadline deadline = new Deadline(patience);
    Found found = new Found(MOST_FILES);
    folder.walk(
        start,
        (path, in, attributes) ->
            !glob.matches(start.relativize(path), deadline) || found.add(path.toString()));
    return found.told("No file has such a name.");
  }

  String grep(Arguments arguments) throws IOException, ToolException {
    Pattern pattern = pattern(arguments.text("pattern"));
    Glob names = Glob.of(arguments.text("glob", "*"));
    Path start = folder.place(arguments.text("path", ""));
    Deadline deadline = new Deadline(patience);
    Found found = new Found(MOST_LINES);
    folder.walk(
        start,
        (path, in, attributes) ->
            attributes.size() > LARGEST_FILE
                || !names.matches(start.relativize(path), deadline)
                || search(path, content(path, in), pattern, deadline, found));
    return found.told("Nothing was found.");
  }

  private Optional<String> content(Path path, SecureDirectoryStream<Path> in) {
    try {
      return FileTools.text(folder.read(path, in, Objects.requireNonNull(path.getFileName())));
    } catch (IOException | ToolException e) {
      return Optional.empty(); // a hard link, or gone: as if it were not there
    }
  }

  private static boolean search(
      Path path, Optional<String> content, Pattern pattern, Deadline deadline, Found found) {
    int number = 0;
    for (String line : content.map(text -> text.split("\r?\n", -1)).orElse(new String[0])) {
      number++;
      String part = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
      if (pattern.matcher(deadline.over(part)).find()
          && !found.add(path + ":" + number + ": " + Shortened.middle(line, SHOWN_OF_LINE))) {
        return false;
      }
    }
    return true;
  }

  private static Pattern pattern(String text) throws ToolException {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw ToolException.failed("That is no regular expression: " + e.getDescription() + ".");
    }
  }

  /** Lines, as many as there may be. */
  private static final class Found {
    private final StringBuilder lines = new StringBuilder();
    private final int most;
    private int count;

    Found(int most) {
      this.most = most;
    }

    /** False where there is no room for more. */
    boolean add(String line) {
      if (count == most) {
        lines.append("[… there is more; search more narrowly …]\n");
        return false;
      }
      lines.append(line).append('\n');
      count++;
      return true;
    }

    String told(String nothing) {
      return count == 0 ? nothing : lines.toString();
    }
  }
}
