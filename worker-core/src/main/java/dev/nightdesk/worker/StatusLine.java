package dev.nightdesk.worker;

import dev.nightdesk.spi.RunStatus;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The status protocol: how a result may end.
 *
 * @param text the result without the protocol's lines
 * @param declared the status that the agent declared
 */
record StatusLine(String text, Optional<RunStatus> declared) {

  /** What every prompt ends with. */
  static final String PROTOCOL =
      "End your answer with a line `STATUS: X`, where X is one of OK, EMPTY (there was nothing to do),"
          + " PARTIAL, INCOMPLETE, TOO_LARGE, UNEXPECTED_INPUT, TOOL_FAILED or ERROR."
          + " After it write a last line `END_OF_RUN`.";

  private static final Pattern ENDING =
      Pattern.compile(
          "(?:^|\\n)[ \\t>*_`]*STATUS:[ \\t*_`]*"
              + "(OK|EMPTY|PARTIAL|INCOMPLETE|TOO_LARGE|UNEXPECTED_INPUT|TOOL_FAILED|ERROR)"
              + "[ \\t*_`.]*\\r?\\n+[ \\t>*_`]*END_OF_RUN[ \\t*_`.]*\\s*$");

  /** How far from its end a result is searched, so that a huge one costs nothing. */
  private static final int TAIL = 400;

  static StatusLine of(String result) {
    int from = Math.max(0, result.length() - TAIL);
    Matcher matcher = ENDING.matcher(result.substring(from));
    if (!matcher.find()) {
      return new StatusLine(result.strip(), Optional.empty());
    }
    return new StatusLine(
        result.substring(0, from + matcher.start()).strip(),
        Optional.of(RunStatus.valueOf(matcher.group(1))));
  }
}
