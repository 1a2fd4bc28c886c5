package dev.nightdesk.toolkit.http;

import dev.nightdesk.toolkit.TextLimit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of an entry in the last line of the comment that it became. Anybody can write such a
 * line, so it counts only in a comment whose author is the token's own user.
 */
public enum Marker {
  /** For services whose comments are Markdown or HTML that hides comments of its own. */
  HIDDEN("<!-- nightdesk ", " -->"),
  /** For services that show everything. */
  VISIBLE("(nightdesk ", ")");

  private static final String KEY = "([A-Za-z0-9:._-]{1,80})";

  private final String before;
  private final String after;
  private final Pattern last;

  Marker(String before, String after) {
    this.before = before;
    this.after = after;
    this.last =
        Pattern.compile("(?:^|\\n)" + Pattern.quote(before) + KEY + Pattern.quote(after) + "\\s*$");
  }

  /**
   * A comment with its key, cut to a size.
   *
   * @param most how many UTF-16 units a comment may have, key included
   * @param whereWhole what to say in place of what was cut off
   */
  public String sign(String body, String key, int most, String whereWhole) {
    String end = "\n\n" + before + key + after;
    return TextLimit.toCharacters(body, most - end.length(), "\n\n" + whereWhole) + end;
  }

  /** The key in a comment's last line. */
  public Optional<String> keyIn(String comment) {
    Matcher found = last.matcher(comment);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
