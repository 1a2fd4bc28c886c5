package dev.nightdesk.worker;

import dev.nightdesk.spi.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
          "\\b(?:sk-[A-Za-z0-9_-]{20,}|gh[opsu]_[A-Za-z0-9._-]{36,}|github_pat_[A-Za-z0-9_]{22,}"
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
          "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?"
              + "|[\\p{Cc}&&[^\\n\\t]]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]");

  private final Pattern secrets;

  /** Knows these secrets in clear text, base64, URL and hex form. */
  public Redaction(Collection<Secret> known) {
    List<String> forms = new ArrayList<>();
    for (Secret secret : known) {
      if (secret.reveal().strip().length() >= SHORTEST) {
        addForms(forms, secret.reveal().strip());
      }
    }
    forms.sort(Comparator.comparingInt(String::length).reversed());
    secrets =
        forms.isEmpty()
            ? Pattern.compile("(?!)")
            : Pattern.compile(String.join("|", forms.stream().map(Pattern::quote).toList()));
  }

  private static void addForms(List<String> forms, String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    forms.add(secret);
    forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    for (int shift = 0; shift < 3; shift++) {
      // Inside a longer text base64 has three alignments; the characters at both ends depend on
      // what stands beside the secret and are left out.
      byte[] shifted = new byte[bytes.length + shift];
      System.arraycopy(bytes, 0, shifted, shift, bytes.length);
      int from = shift == 0 ? 0 : shift + 1;
      int to = shifted.length * 8 / 6;
      if (to - from >= SHORTEST) {
        forms.add(Base64.getEncoder().encodeToString(shifted).substring(from, to));
        forms.add(Base64.getUrlEncoder().encodeToString(shifted).substring(from, to));
      }
    }
  }

  /** Text without secrets and control characters, for logs and files. */
  public String conceal(String text) {
    String plain = CONTROLS.matcher(text.replace("\r\n", "\n")).replaceAll("");
    return TOKEN_SHAPES.matcher(secrets.matcher(plain).replaceAll(GONE)).replaceAll(GONE);
  }

  /** Text that may be written to a task. */
  public String clean(String text) {
    String concealed = conceal(text);
    String unmentioned = MENTION.matcher(concealed).replaceAll("@" + INVISIBLE);
    String open = CLOSING.matcher(unmentioned).replaceAll("$1" + INVISIBLE + "$2");
    return COMMENT_OPEN.matcher(open).replaceAll(Matcher.quoteReplacement("<!" + INVISIBLE + "--"));
  }
}
