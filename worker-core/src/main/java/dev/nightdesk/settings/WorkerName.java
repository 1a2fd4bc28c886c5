package dev.nightdesk.settings;

import dev.nightdesk.spi.Setting;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A worker's name and the rule that goes with it: a worker named {@code writer} looks for {@code
 * WRITER_X} before the form that all workers share.
 *
 * @param text the name, e.g. {@code linkedin-writer}
 */
public record WorkerName(String text) {
  static final String SHARED = "WORKER_";
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  boolean isWellFormed() {
    return FORM.matcher(text).matches() && text.length() <= 40;
  }

  /** What its own variables begin with, e.g. {@code LINKEDIN_WRITER_}. */
  String prefix() {
    return text.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
  }

  /** The variable that sets it for this worker alone. */
  String ownForm(Setting<?> setting) {
    String name = setting.name();
    return prefix() + (name.startsWith(SHARED) ? name.substring(SHARED.length()) : name);
  }

  /** The variables that are looked for, first come first. */
  List<String> forms(Setting<?> setting) {
    return List.of(ownForm(setting), setting.name());
  }

  /** What to set, as a message names it. */
  String described(Setting<?> setting) {
    String own = ownForm(setting);
    String shared = setting.name();
    if (own.equals(shared) || prefix().equals(SHARED)) {
      return shared;
    }
    return shared.startsWith(SHARED)
        ? own + " (or " + shared + " for all workers)"
        : shared + " (or " + own + " for this worker)";
  }
}
