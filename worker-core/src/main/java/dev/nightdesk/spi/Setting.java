package dev.nightdesk.spi;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One setting as data: its variable's name, what it means, how its text is read, and its default.
 *
 * <p>A setting is required unless it has a default ({@link #orElse}) or says {@link #optional()}.
 * Immutable. A parser answers bad text with an {@link IllegalArgumentException} whose message says
 * what was expected ("expected a duration such as 30s, 10m or 1h30m"); the value is added to the
 * message by whoever reports it, unless the setting is a secret.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)?");
  private static final Function<String, Secret> SECRET = Secret::of;

  private final String name;
  private final String meaning;
  private final Function<String, T> parser;
  private final Optional<String> defaultText;
  private final boolean required;

  private Setting(
      String name,
      String meaning,
      Function<String, T> parser,
      Optional<String> defaultText,
      boolean required) {
    this.name = Objects.requireNonNull(name);
    this.meaning = Objects.requireNonNull(meaning);
    this.parser = parser;
    this.defaultText = defaultText;
    this.required = required;
  }

  /** A setting read by a parser of the adapter's own. */
  public static <T> Setting<T> of(String name, String meaning, Function<String, T> parser) {
    return new Setting<>(name, meaning, parser, Optional.empty(), true);
  }

  /** Any text. */
  public static Setting<String> text(String name, String meaning) {
    return of(name, meaning, Function.identity());
  }

  /** A token, password or key: hidden wherever settings are shown. */
  public static Setting<Secret> secret(String name, String meaning) {
    return of(name, meaning, SECRET);
  }

  /** A whole number of at least {@code least}. */
  public static Setting<Integer> number(String name, String meaning, int least) {
    return of(
        name,
        meaning,
        text -> {
          try {
            int number = Integer.parseInt(text);
            if (number >= least) {
              return number;
            }
          } catch (NumberFormatException notANumber) {
            // said below, in the same words
          }
          throw new IllegalArgumentException("expected a whole number of at least " + least);
        });
  }

  /** An amount of money in US dollars, such as {@code 5} or {@code 0.50}. */
  public static Setting<BigDecimal> dollars(String name, String meaning) {
    return of(
        name,
        meaning,
        text -> {
          try {
            BigDecimal amount = new BigDecimal(text);
            if (amount.signum() >= 0) {
              return amount;
            }
          } catch (NumberFormatException notANumber) {
            // said below, in the same words
          }
          throw new IllegalArgumentException("expected an amount in US dollars such as 5 or 0.50");
        });
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String name, String meaning) {
    return of(
        name,
        meaning,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("expected true or false");
            });
  }

  /** One of the given words. */
  public static Setting<String> choice(String name, String meaning, String... words) {
    return of(
        name,
        meaning,
        text -> {
          if (Arrays.asList(words).contains(text)) {
            return text;
          }
          throw new IllegalArgumentException("expected one of " + String.join(", ", words));
        });
  }

  /** A duration such as {@code 30s}, {@code 10m}, {@code 1h30m}; {@code ms} and {@code d} too. */
  public static Setting<Duration> duration(String name, String meaning) {
    return of(name, meaning, Setting::parseDuration);
  }

  /** A size in bytes such as {@code 64KB} or {@code 1MB} (of 1024). */
  public static Setting<Long> size(String name, String meaning) {
    return of(name, meaning, Setting::parseSize);
  }

  /** Words separated by commas; blanks around them do not count, empty ones are left out. */
  public static Setting<List<String>> list(String name, String meaning) {
    return of(
        name,
        meaning,
        text ->
            Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  /** A path of a file or folder; {@code ~/} is the user's home. */
  public static Setting<Path> path(String name, String meaning) {
    return of(name, meaning, Setting::parsePath);
  }

  /** Reads a path as a setting of type {@link #path} does. */
  public static Path parsePath(String text) {
    String home = System.getProperty("user.home", ".");
    if (text.equals("~")) {
      return Path.of(home);
    }
    return text.startsWith("~/") ? Path.of(home).resolve(text.substring(2)) : Path.of(text);
  }

  /** Reads a duration as a setting of type {@link #duration} does. */
  public static Duration parseDuration(String text) {
    var match = DURATION.matcher(text);
    if (text.isEmpty() || !match.matches()) {
      throw new IllegalArgumentException("expected a duration such as 30s, 10m or 1h30m");
    }
    try {
      return Duration.ofDays(part(match.group(1)))
          .plusHours(part(match.group(2)))
          .plusMinutes(part(match.group(3)))
          .plusSeconds(part(match.group(4)))
          .plusMillis(part(match.group(5)));
    } catch (ArithmeticException | NumberFormatException tooLong) {
      throw new IllegalArgumentException("expected a duration such as 30s, 10m or 1h30m", tooLong);
    }
  }

  /** Reads a size as a setting of type {@link #size} does. */
  public static long parseSize(String text) {
    var match = SIZE.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("expected a size such as 64KB or 1MB");
    }
    long unit =
        switch (match.group(2) == null ? "B" : match.group(2)) {
          case "KB" -> 1L << 10;
          case "MB" -> 1L << 20;
          case "GB" -> 1L << 30;
          default -> 1L;
        };
    try {
      return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException tooLarge) {
      throw new IllegalArgumentException("expected a size such as 64KB or 1MB", tooLarge);
    }
  }

  private static long part(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** The same setting with a default, given as the text a user would write. */
  public Setting<T> orElse(String text) {
    return new Setting<>(name, meaning, parser, Optional.of(text), false);
  }

  /** The same setting, which may be left out and has no default. */
  public Setting<T> optional() {
    return new Setting<>(name, meaning, parser, Optional.empty(), false);
  }

  /** The variable's name, e.g. {@code TODOIST_API_TOKEN}. */
  public String name() {
    return name;
  }

  /** What it is and where to get it, as the end of a sentence that begins "It is the …". */
  public String meaning() {
    return meaning;
  }

  /** The default as a user would write it. */
  public Optional<String> defaultText() {
    return defaultText;
  }

  /** Whether the program cannot start without it. */
  public boolean required() {
    return required;
  }

  /** Whether its value is a {@link #secret} and never shown. */
  public boolean hidden() {
    return SECRET.equals(parser);
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public T parse(String text) {
    return parser.apply(text);
  }

  @Override
  public String toString() {
    return name;
  }
}
