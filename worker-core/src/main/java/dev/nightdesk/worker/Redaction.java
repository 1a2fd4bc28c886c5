package dev.nightdesk.worker;

import dev.nightdesk.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The one gate for text that leaves the worker: secrets out, control characters out, nobody
 * mentioned, nothing closed, no marker forged. Immutable, any thread.
 */
public final class Redaction {
  private static final String GONE = "[redacted]";
  private static final int SHORTEST = 6;
  private static final String INVISIBLE = "\u200b";

  /** Shapes of tokens that services hand out; what is found is cut out whole. */
  private static final Pattern TOKEN_SHAPES =
      Pattern.compile(
          "\\b(?:sk-[A-Za-z0-9_-]{20,}|gh[oprsu]_[A-Za-z0-9._-]{36,}|github_pat_[A-Za-z0-9_]{22,}"
              + "|lin_(?:api|oauth)_[A-Za-z0-9]{20,}|pat[A-Za-z0-9]{14}\\.[a-f0-9]{40,}"
              + "|xox[abeoprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}"
              + "|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,})"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)");

  private static final Pattern MENTION = Pattern.compile("(?<![\\w@.])@(?=[A-Za-z0-9_\\[])");
  private static final Pattern CLOSING =
      Pattern.compile(
          "(?i)\\b((?:clos|resolv)(?:e|es|ed)|fix(?:es|ed)?)(:?\\s+)(?=(?:[\\w.-]+/[\\w.-]+)?#\\d|https?://|[A-Z]{2,}-\\d)");
  private static final Pattern COMMENT_OPEN = Pattern.compile("<!--");
  private static final Pattern CONTROLS =
      Pattern.compile(
          "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b\\n]*(?:\u0007|\u001b\\\\)?"
              + "|[\\p{Cc}&&[^\\n\\t]]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]");

  private final List<Pattern> secrets;

  /**
   * Knows these secrets in clear text, URL form, base64 and hex, each on one line or broken into
   * several, as tools print it.
   */
  public Redaction(Collection<Secret> known) {
    // The longest first: one may begin with another.
    secrets =
        known.stream()
            .map(secret -> secret.reveal().strip())
            .filter(secret -> secret.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .flatMap(secret -> forms(secret).stream())
            .map(Pattern::compile)
            .toList();
  }

  /** One pattern for each, since many in one would be tried at every character. */
  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    List<String> forms = new ArrayList<>();
    forms.add(wrapped(visible(secret), Redaction::urlForms));
    forms.add("(?i)" + wrapped(HexFormat.of().formatHex(bytes), Character::toString));
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
    return form.codePoints().mapToObj(pattern).collect(Collectors.joining("\\n?"));
  }

  private static String urlForms(int character) {
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
        + ")"
        + (character == ' ' ? "|\\+)" : ")");
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

  /** Text without secrets and control characters, for logs and files. */
  public String conceal(String text) {
    String concealed = visible(text);
    for (Pattern secret : secrets) {
      concealed = secret.matcher(concealed).replaceAll(GONE);
    }
    return TOKEN_SHAPES.matcher(concealed).replaceAll(GONE);
  }

  /** Text that may be written to a task. */
  public String clean(String text) {
    String concealed = conceal(text);
    String unmentioned = MENTION.matcher(concealed).replaceAll("@" + INVISIBLE);
    String open = CLOSING.matcher(unmentioned).replaceAll("$1" + INVISIBLE + "$2");
    return COMMENT_OPEN.matcher(open).replaceAll(Matcher.quoteReplacement("<!" + INVISIBLE + "--"));
  }
}
