package dev.nightdesk.settings;

import dev.nightdesk.spi.Setting;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that a good run leaves in its workspace.
 *
 * @param pattern a glob, relative to the workspace, such as {@code out/*.csv}
 * @param minBytes the least size
 */
public record ExpectedFile(String pattern, long minBytes) {
  private static final Pattern FORM = Pattern.compile("([^:]+)(?::(.+))?");

  public ExpectedFile {
    Objects.requireNonNull(pattern);
  }

  static List<ExpectedFile> parseAll(String text) {
    List<ExpectedFile> files =
        WorkerSettings.words(text).stream().map(ExpectedFile::parse).toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(expected());
    }
    return files;
  }

  private static ExpectedFile parse(String word) {
    Matcher match = FORM.matcher(word);
    if (!match.matches()) {
      throw new IllegalArgumentException(expected());
    }
    String pattern = match.group(1).strip();
    boolean leaves = pattern.startsWith("/") || List.of(pattern.split("/")).contains("..");
    if (leaves) {
      throw new IllegalArgumentException("expected patterns of files inside the workspace");
    }
    try {
      var unused = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      String size = match.group(2);
      return new ExpectedFile(pattern, size == null ? 0 : Setting.parseSize(size.strip()));
    } catch (IllegalArgumentException badPatternOrSize) {
      throw new IllegalArgumentException(expected(), badPatternOrSize);
    }
  }

  private static String expected() {
    return "expected file patterns such as report.md, out/*.csv:1KB";
  }
}
