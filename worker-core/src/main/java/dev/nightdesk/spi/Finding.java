package dev.nightdesk.spi;

import java.util.Objects;

/**
 * One line of {@code nightdesk doctor}: something that was checked, and how it is.
 *
 * @param state good, worth knowing, or wrong
 * @param subject what was checked, e.g. {@code POSTGRES_TABLE}
 * @param message what was found and, where it is not good, what to do
 */
public record Finding(State state, String subject, String message) {

  /** How bad it is. Only {@link #WRONG} makes {@code doctor} fail. */
  public enum State {
    GOOD,
    WARNING,
    WRONG
  }

  public Finding {
    Objects.requireNonNull(state);
    Objects.requireNonNull(subject);
    Objects.requireNonNull(message);
  }

  /** Something that works. */
  public static Finding good(String subject, String message) {
    return new Finding(State.GOOD, subject, message);
  }

  /** Something that works but that the user should know. */
  public static Finding warning(String subject, String message) {
    return new Finding(State.WARNING, subject, message);
  }

  /** Something that does not work; the message says what to do. */
  public static Finding wrong(String subject, String message) {
    return new Finding(State.WRONG, subject, message);
  }
}
