package dev.nightdesk.testkit;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.util.Map;
import java.util.Optional;

/**
 * Settings as a test gives them, by the names and in the form in which a user would. A setting that
 * was not given has its default.
 */
public final class GivenValues implements Values {
  private final Map<String, String> given;

  private GivenValues(Map<String, String> given) {
    this.given = Map.copyOf(given);
  }

  /** Values by the names of their variables. */
  public static GivenValues of(Map<String, String> given) {
    return new GivenValues(given);
  }

  @Override
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(given.get(setting.name()))
        .or(setting::defaultText)
        .map(setting::parse);
  }
}
