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
          "(?:^|\\n)(?:[ \\t>]*```\\w*[ \\t]*\\r?\\n)?[ \\t>*_`#-]*STATUS[*_`]*:[ \\t*_`]*"
              + "(OK|EMPTY|PARTIAL|INCOMPLETE|TOO_LARGE|UNEXPECTED_INPUT|TOOL_FAILED|ERROR)"
              + "[ \\t*_`.]*(?:\\r?\\n[ \\t>]*)+[ \\t>*_`#-]*END_OF_RUN[\\s>*_`.]*$");

  /** How far from its end a result is searched, so that a huge one costs nothing. */
  private static final int TAIL = 400;

  static StatusLine of(String result) {
    String text = result.strip();
    Matcher matcher =
        ENDING
            .matcher(text)
            .region(Math.max(0, text.length() - TAIL), text.length())
            .useAnchoringBounds(false);
    if (!matcher.find()) {
      return new StatusLine(text, Optional.empty());
    }
    return new StatusLine(
        text.substring(0, matcher.start()).strip(),
        Optional.of(RunStatus.valueOf(matcher.group(1))));
  }
}
