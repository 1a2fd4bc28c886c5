package dev.nightdesk.spi;

import java.util.Optional;

/**
 * The checked values of one worker's settings. Where a worker is named {@code writer}, {@code
 * find(Setting TODOIST_PROJECT)} has already looked for {@code WRITER_TODOIST_PROJECT} first.
 *
 * <p>Immutable and safe for any thread.
 */
public interface Values {

  /** The value, or the default, or nothing. */
  <T> Optional<T> find(Setting<T> setting);

  /**
   * The value of a setting that is required or has a default.
   *
   * @throws IllegalStateException if the setting is optional and unset, which is a mistake in the
   *     calling code and not the user's
   */
  default <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new IllegalStateException(setting.name() + " has no value"));
  }
}
