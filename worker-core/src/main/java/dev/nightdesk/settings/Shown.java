package dev.nightdesk.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Text of a setting as it may be shown: no passwords in addresses, one line, not too long. */
public final class Shown {
  private static final int LONGEST = 120;
  private static final Pattern PARAMETER =
      Pattern.compile(
          "((?:password|passwd|pwd|secret|token|api_?key|sslpassword)=)([^&;\\s]*)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern USER_INFO = Pattern.compile("(//[^/@:\\s]*:)([^/@\\s]*)@");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\u2028\u2029]");

  private Shown() {}

  /** The passwords that stand in an address. */
  static List<String> passwordsIn(String text) {
    return Stream.of(PARAMETER, USER_INFO)
        .flatMap(pattern -> pattern.matcher(text).results())
        .map(match -> match.group(2))
        .filter(password -> !password.isEmpty())
        .flatMap(password -> Stream.of(password, decoded(password)))
        .distinct()
        .toList();
  }

  private static String decoded(String password) {
    try {
      return URLDecoder.decode(password, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return password;
    }
  }

  /** The text with what must not be seen taken out. */
  public static String of(String text) {
    String safe = PARAMETER.matcher(text).replaceAll("$1(hidden)");
    safe = USER_INFO.matcher(safe).replaceAll("$1(hidden)@");
    safe = CONTROL.matcher(safe).replaceAll("?");
    return safe.length() <= LONGEST ? safe : safe.substring(0, LONGEST) + "…";
  }
}
