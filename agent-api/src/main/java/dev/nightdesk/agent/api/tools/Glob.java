package dev.nightdesk.agent.api.tools;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of file names as people write it: {@code *} within a folder, two of them through any
 * number of folders, also none; {@code ?}, sets and alternatives. A pattern without a slash means
 * files of any folder.
 */
final class Glob {
  private static final int LONGEST = 300;

  private final Pattern pattern;

  private Glob(Pattern pattern) {
    this.pattern = pattern;
  }

  static Glob of(String text) throws ToolException {
    String whole = text.contains("/") ? text : "**/" + text;
    String from = whole.startsWith("./") ? whole.substring(2) : whole;
    try {
      if (text.length() <= LONGEST) {
        return new Glob(Pattern.compile(regex(from), Pattern.DOTALL));
      }
    } catch (PatternSyntaxException e) {
      // said below
    }
    throw ToolException.failed("That is not a pattern of file names such as src/**/*.java.");
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int groups = 0;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (glob.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '[' && glob.indexOf(']', i) > 0) {
        int end = glob.indexOf(']', i);
        regex.append(set(glob.substring(i + 1, end)));
        i = end;
      } else if (c == '{') {
        regex.append("(?:");
        groups++;
      } else if (c == '}' && groups > 0) {
        regex.append(')');
        groups--;
      } else if (c == ',' && groups > 0) {
        regex.append('|');
      } else {
        regex.append(single(c));
      }
    }
    return regex.toString();
  }

  private static String set(String content) {
    boolean not = content.startsWith("!");
    String members = (not ? content.substring(1) : content).replaceAll("([\\[\\\\^&])", "\\\\$1");
    return "[" + (not ? "^" : "") + members + "&&[^/]]";
  }

  private static String single(char c) {
    return switch (c) {
      case '*' -> "[^/]*";
      case '?' -> "[^/]";
      default -> Pattern.quote(String.valueOf(c));
    };
  }

  boolean matches(Path path, Deadline deadline) {
    return pattern.matcher(deadline.over(path.toString())).matches();
  }
}
