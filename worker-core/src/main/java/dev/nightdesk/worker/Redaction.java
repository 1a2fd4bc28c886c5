package dev.nightdesk.worker;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one gate for text that leaves the worker: secrets out, control characters out, nobody
 * mentioned, nothing closed, nothing fetched by looking at it, no marker forged. What it cannot
 * check does not go out. Immutable, any thread.
 */
public final class Redaction {
  private static final Logger log = LoggerFactory.getLogger(Redaction.class);
  private static final String GONE = "[redacted]";
  private static final int SHORTEST = 6;
  private static final String INVISIBLE = "\u200b";

  /** What may stand between two characters of a secret: a line's end. */
  private static final String GAP = "(?:\\n[ \\t]{0,12})?";

  /** What nobody sees in a text, so that a secret with it inside can still be read. */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\p{Cf}\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{2060}-\\x{206f}"
              + "\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{e0000}-\\x{e0fff}]+");

  /** Shapes of tokens that services hand out; what is found is cut out whole. */
  private static final Pattern TOKEN_SHAPES =
      Pattern.compile(
          "\\b(?:sk-[A-Za-z0-9_-]{20,}|gh[oprsu]_[A-Za-z0-9._-]{36,}|github_pat_[A-Za-z0-9_]{22,}"
              + "|lin_(?:api|oauth)_[A-Za-z0-9]{20,}|pat[A-Za-z0-9]{14}\\.[a-f0-9]{40,}"
              + "|xox[abeoprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}"
              + "|eyJ[A-Za-z0-9_-]{10,300}+\\.[A-Za-z0-9_-]{10,}+\\.[A-Za-z0-9_-]{10,})"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)");

  private static final Pattern MENTION = Pattern.compile("(?<![\\w@.])@(?=[A-Za-z0-9_\\[])");
  private static final Pattern CLOSING =
      Pattern.compile(
          "(?i)\\b((?:clos|resolv)(?:e|es|ed)|fix(?:es|ed)?)(:?\\s+)(?=(?:[\\w.-]+/[\\w.-]+)?#\\d|https?://|[A-Z]{2,}-\\d)");

  /** What a service or a browser fetches as soon as somebody looks: it could carry data away. */
  private static final Pattern FETCHED =
      Pattern.compile(
          "(?i)!(?=\\[)|<(?=(?:img|image|picture|source|video|audio|track|iframe|frame|embed|object"
              + "|svg|link|style|base|meta|input|script)\\b)");

  private static final Pattern CONTROLS =
      Pattern.compile(
          "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b\\n]*(?:\u0007|\u001b\\\\)?"
              + "|[\\p{Cc}&&[^\\n\\t]]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]");

  /** Said in place of a text that could not be checked. */
  static final String WITHHELD =
      "[This text is left out: it could not be checked for secrets. It is in the run's folder.]";

  private final List<Pattern> secrets;
  private final Fragments fragments;

  /**
   * Knows these secrets in clear text, as URLs, JSON and HTML write it, in base64 and hex, each on
   * one line or broken into several, as tools print it; and larger pieces of them.
   */
  public Redaction(Collection<Secret> known) {
    // The longest first: one may begin with another.
    List<String> longest =
        known.stream()
            .map(secret -> secret.reveal().strip())
            .filter(secret -> secret.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    secrets =
        longest.stream().flatMap(secret -> forms(secret).stream()).map(Pattern::compile).toList();
    fragments = new Fragments(longest);
  }

  /** One pattern for each, since many in one would be tried at every character. */
  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    List<String> forms = new ArrayList<>();
    forms.add(wrapped(bare(visible(secret)), Redaction::writtenForms));
    String hex = HexFormat.of().formatHex(bytes);
    forms.add("(?i)" + String.join("(?:[:-]|\\s{1,12})?", hex.split("", -1)));
    for (int shift = 0; shift < 3; shift++) {
      // Inside a longer text base64 has three alignments; the characters at both ends depend on
      // what stands beside the secret and are left out.
      byte[] shifted = new byte[bytes.length + shift];
      System.arraycopy(bytes, 0, shifted, shift, bytes.length);
      int from = shift == 0 ? 0 : shift + 1;
      int to = shifted.length * 8 / 6;
      String base64 = Base64.getEncoder().encodeToString(shifted).substring(from, to);
      forms.add(wrapped(base64, Redaction::base64Forms));
    }
    return forms;
  }

  private static String wrapped(String form, IntFunction<String> pattern) {
    return form.codePoints().mapToObj(pattern).collect(Collectors.joining(GAP));
  }

  /** As it is, or as URLs, JSON and HTML write it. */
  private static String writtenForms(int character) {
    String itself = Character.toString(character);
    if (itself.matches("[A-Za-z0-9]")) {
      return itself;
    }
    String bytes =
        HexFormat.of().withPrefix("%").formatHex(itself.getBytes(StandardCharsets.UTF_8));
    return "(?:"
        + Pattern.quote(itself)
        + "|(?i:"
        + bytes
        + ")|(?i:"
        + itself.chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining())
        + ")"
        + special(character)
        + ")";
  }

  private static String special(int character) {
    return switch (character) {
      case ' ' -> "|\\+";
      case '\n' -> "|(?:\\\\r)?\\\\n";
      case '\t' -> "|\\\\t";
      case '"' -> "|\\\\\"|&quot;|&#34;";
      case '\'' -> "|\\\\'|&#39;|&#x27;|&apos;";
      case '\\', '/' -> "|\\\\" + Pattern.quote(Character.toString(character));
      case '&' -> "|&amp;";
      case '<' -> "|&lt;";
      case '>' -> "|&gt;";
      default -> "";
    };
  }

  private static String base64Forms(int character) {
    return switch (character) {
      case '+' -> "(?:[+-]|(?i:%2b))";
      case '/' -> "(?:[/_]|(?i:%2f))";
      default -> Character.toString(character);
    };
  }

  private static String visible(String text) {
    return CONTROLS.matcher(text.replace("\r\n", "\n")).replaceAll("");
  }

  private static String bare(String text) {
    return UNSEEN.matcher(text).replaceAll("");
  }

  /** A comment for a task. */
  Entry.Note note(String key, String body, String whereWhole) {
    return new Entry.Note(key, clean(body), clean(whereWhole));
  }

  /** Text without secrets and control characters, for logs and files. */
  public String conceal(String text) {
    return checked(text, this::concealed);
  }

  /** Text that may be written to a task. */
  public String clean(String text) {
    return checked(text, this::cleaned);
  }

  /** What cannot be checked does not go out. */
  private static String checked(String text, UnaryOperator<String> gate) {
    try {
      return gate.apply(text);
    } catch (RuntimeException | StackOverflowError failed) {
      log.error("a text could not be checked for secrets and is withheld", failed);
      return WITHHELD;
    }
  }

  /** What is not seen stays where it hides nothing: it joins emoji, and letters of some scripts. */
  private String concealed(String text) {
    if (text.chars().allMatch(Redaction::isPlain)) {
      return withoutSecrets(text);
    }
    String visible = visible(text);
    String bare = bare(visible);
    String safe = withoutSecrets(bare);
    return safe.equals(bare) ? visible : safe;
  }

  /** Printed ASCII, tab or line end: nothing that hides, and nothing that steers a terminal. */
  private static boolean isPlain(int character) {
    return (character >= ' ' && character <= '~') || character == '\n' || character == '\t';
  }

  private String withoutSecrets(String text) {
    String without = text;
    for (Pattern secret : secrets) {
      without = secret.matcher(without).replaceAll(GONE);
    }
    return TOKEN_SHAPES.matcher(fragments.conceal(without, GONE)).replaceAll(GONE);
  }

  private String cleaned(String text) {
    String concealed = concealed(text);
    String unmentioned =
        concealed.indexOf('@') < 0
            ? concealed
            : MENTION.matcher(concealed).replaceAll("@" + INVISIBLE);
    String open = CLOSING.matcher(unmentioned).replaceAll("$1" + INVISIBLE + "$2");
    String unfetched = FETCHED.matcher(open).replaceAll("$0" + INVISIBLE);
    return unfetched.replace("<!--", "<!" + INVISIBLE + "--");
  }
}
