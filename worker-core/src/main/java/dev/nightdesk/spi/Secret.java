package dev.nightdesk.spi;

import java.util.Objects;

/**
 * A value that never prints itself. Only {@link #reveal()} gives it away, so every place that uses
 * a secret can be found by searching for that word.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a secret value. */
  public static Secret of(String value) {
    return new Secret(Objects.requireNonNull(value));
  }

  /** Returns the secret itself, to be sent to the service it belongs to and nowhere else. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
