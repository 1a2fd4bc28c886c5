package dev.nightdesk.settings;

import java.util.Objects;
import java.util.Optional;

/**
 * One line of {@code nightdesk settings}.
 *
 * @param module {@code nightdesk}, {@code worker} or an adapter's name
 * @param name the variable
 * @param meaning what it means
 * @param required whether the program cannot start without it
 * @param defaultText its default
 * @param value its value as it may be shown; empty = not set
 * @param source where the value came from: the environment, a file and line, or the default
 */
public record SettingRow(
    String module,
    String name,
    String meaning,
    boolean required,
    Optional<String> defaultText,
    Optional<String> value,
    String source) {
  public SettingRow {
    Objects.requireNonNull(module);
    Objects.requireNonNull(defaultText);
    Objects.requireNonNull(value);
  }
}
