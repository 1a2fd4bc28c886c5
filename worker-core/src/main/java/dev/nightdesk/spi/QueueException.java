package dev.nightdesk.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A queue that does not do what it was asked, sorted by what to do about it. Core acts on the
 * {@link Kind} and never looks at a status code or at the cause.
 */
public final class QueueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What to do. */
  public enum Kind {
    /** It is broken, unreachable or over a limit; the same call may work later. */
    RETRY_LATER,
    /** It refuses us; a person must change a setting, a token or the queue. */
    FIX_SETTINGS,
    /** The task is not there any more. */
    GONE
  }

  private final Kind kind;
  private final String message;
  private final transient Optional<Duration> after;

  private QueueException(
      Kind kind, String message, Optional<Duration> after, Optional<Throwable> cause) {
    super(message, cause.orElse(null));
    this.kind = kind;
    this.message = Objects.requireNonNull(message);
    this.after = Objects.requireNonNull(after);
  }

  /** The queue cannot be reached or answered nonsense: core backs off by itself. */
  public static QueueException retryLater(String message, Throwable cause) {
    return new QueueException(Kind.RETRY_LATER, message, Optional.empty(), Optional.of(cause));
  }

  /** As {@link #retryLater(String, Throwable)}, where there is no cause to name. */
  public static QueueException retryLater(String message) {
    return new QueueException(Kind.RETRY_LATER, message, Optional.empty(), Optional.empty());
  }

  /** The queue said how long to wait. */
  public static QueueException retryAfter(Duration after, String message) {
    return new QueueException(Kind.RETRY_LATER, message, Optional.of(after), Optional.empty());
  }

  /** The queue refuses us; the message says what to do. */
  public static QueueException fixSettings(String message) {
    return new QueueException(Kind.FIX_SETTINGS, message, Optional.empty(), Optional.empty());
  }

  /** The task is not there any more. */
  public static QueueException gone(String message) {
    return new QueueException(Kind.GONE, message, Optional.empty(), Optional.empty());
  }

  /** What is wrong, in plain words, without secrets. */
  @Override
  public String getMessage() {
    return message;
  }

  /** What to do. */
  public Kind kind() {
    return kind;
  }

  /** How long to wait, where the service said so. */
  public Optional<Duration> after() {
    return after;
  }
}
