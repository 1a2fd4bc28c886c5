package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nightdesk.spi.Secret;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any secret in any encoding at any place in any text: what must hold for all of them. */
class RedactionPropertiesTest {
  private static final int CASES = 300;
  private static final List<String> ALPHABETS =
      List.of(
          "0123456789abcdef",
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
          "abcdefghijklmnopqrstuvwxyz-_.",
          "aB3$%^&*()[]{}|\\\"'<>?/!@#~` ",
          "\u00e9\u00df\u6f22\u5b57\u0416\u044f0aZ",
          "aA");
  private static final Map<String, UnaryOperator<String>> ENCODINGS = new TreeMap<>();

  static {
    ENCODINGS.put("as it is", text -> text);
    ENCODINGS.put("URL", text -> URLEncoder.encode(text, StandardCharsets.UTF_8));
    ENCODINGS.put(
        "URL %20", text -> URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
    ENCODINGS.put("hex", text -> HexFormat.of().formatHex(bytes(text)));
    ENCODINGS.put("HEX", text -> HexFormat.of().withUpperCase().formatHex(bytes(text)));
    ENCODINGS.put("hex:", text -> HexFormat.ofDelimiter(":").formatHex(bytes(text)));
    for (String before : List.of("", "x", "xy")) {
      String shift = " " + before.length();
      ENCODINGS.put(
          "base64" + shift, text -> Base64.getEncoder().encodeToString(bytes(before + text)));
      ENCODINGS.put(
          "base64url" + shift,
          text -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(before + text)));
      ENCODINGS.put(
          "base64 in lines" + shift,
          text -> Base64.getMimeEncoder().encodeToString(bytes(before + text + before)));
    }
    ENCODINGS.put("JSON", RedactionPropertiesTest::json);
    ENCODINGS.put("JSON in ASCII", RedactionPropertiesTest::ascii);
    ENCODINGS.put("HTML", RedactionPropertiesTest::html);
    ENCODINGS.put("wrapped", text -> wrapped(text, "\n"));
    ENCODINGS.put("indented", text -> wrapped(text, "\r\n    "));
    ENCODINGS.put("coloured", text -> wrapped(text, "\u001b[31m"));
    ENCODINGS.put("unseen marks", text -> wrapped(text, "\u200b"));
    ENCODINGS.put("soft hyphens", RedactionPropertiesTest::broken);
    ENCODINGS.put("soft hyphens in lines", text -> broken(wrapped(text, "\n  ")));
    ENCODINGS.put(
        "soft hyphens in base64", text -> broken(Base64.getEncoder().encodeToString(bytes(text))));
    ENCODINGS.put("soft hyphens in hex", text -> broken(HexFormat.of().formatHex(bytes(text))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/");
  }

  private static String ascii(String text) {
    return json(text)
        .chars()
        .mapToObj(c -> c < 127 ? Character.toString(c) : "\\u%04x".formatted(c))
        .collect(Collectors.joining());
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String wrapped(String text, String between) {
    int[] characters = text.codePoints().toArray();
    return IntStream.range(0, characters.length)
        .mapToObj(i -> (i > 0 && i % 7 == 0 ? between : "") + Character.toString(characters[i]))
        .collect(Collectors.joining());
  }

  /** With soft hyphens between all characters, and other marks that nobody sees. */
  private static String broken(String text) {
    return text.codePoints()
        .mapToObj(Character::toString)
        .collect(Collectors.joining("\u00ad\u2060\u034f\ufe00\u00ad"));
  }

  private static String characters(Random random, String alphabet, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> String.valueOf(alphabet.charAt(random.nextInt(alphabet.length()))))
        .collect(Collectors.joining());
  }

  /** Ends in letters, since what stands at the ends of a secret is no part of it. */
  private static String secret(Random random) {
    String alphabet = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    return "k" + characters(random, alphabet, 6 + random.nextInt(70)) + "w";
  }

  private static Redaction knowing(String... secrets) {
    return new Redaction(java.util.stream.Stream.of(secrets).map(Secret::of).toList());
  }

  @Test
  void leaksNoSecretInAnyEncodingAtAnyPlace() {
    List<String> leaks = new ArrayList<>();
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String secret = secret(random);
      Redaction redaction = knowing(secret, secret(random), secret(random));
      for (var encoding : ENCODINGS.entrySet()) {
        String form = encoding.getValue().apply(secret);
        // What stands beside it separates it, or would decode with it.
        String before = characters(random, " .,:;(\n=", random.nextInt(4));
        String after = characters(random, " .,:;)\n", random.nextInt(4));
        String text = before + form + after;
        for (String out : List.of(redaction.conceal(text), redaction.clean(text))) {
          boolean gone =
              out.contains("[redacted]")
                  && !out.contains(form)
                  && Leaks.of(secret, out).isEmpty()
                  && longestCommon(form, out.replace("[redacted]", "\uffff")) < 8;
          if (!gone) {
            leaks.add("seed %d, %s: %s -> %s".formatted(seed, encoding.getKey(), text, out));
          }
        }
      }
    }
    assertThat(leaks).isEmpty();
  }

  /** How many characters in a row of a form are left; a few at its ends say nothing. */
  private static int longestCommon(String form, String out) {
    int longest = 0;
    for (int i = 0; i < form.length(); i++) {
      while (i + longest < form.length() && out.contains(form.substring(i, i + longest + 1))) {
        longest++;
      }
    }
    return longest;
  }

  @Test
  void leaksNoLargePieceOfATokenThatWasCut() {
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String secret = "tok_" + characters(random, ALPHABETS.get(1), 36);
      int from = random.nextInt(10);
      int to = secret.length() - random.nextInt(10);
      String concealed = knowing(secret).conceal("key " + secret.substring(from, to) + "…");

      assertThat(longestCommon(secret, concealed.replace("[redacted]", "\uffff")))
          .as("seed %d: %s", seed, concealed)
          .isLessThan(24);
    }
    assertThat(knowing("ghx-4f9A2c7Bd0E1a8").conceal("ghx-4f9A2c7Bd0")).isEqualTo("[redacted]");
  }

  @Test
  void leaksNoTokenAndNoPieceWithMarksInItThatNobodySees() {
    String unknown = "ghp_" + "aB3".repeat(12);
    String known = "tok_" + characters(new Random(1), ALPHABETS.get(1), 36);
    for (String text : List.of(unknown, known, known.substring(3, 25))) {
      assertThat(knowing(known).conceal("see " + broken(text) + ", ok"))
          .isEqualTo("see [redacted], ok");
    }
    String joined = "\ud83d\udc69\u200d\ud83d\udcbb and co\u00adoperation";
    assertThat(knowing(known).conceal(joined)).isEqualTo(joined);
  }

  @Test
  void leavesOrdinaryTextAsItIs() {
    String words =
        "the quick brown fox jumps over 13 lazy dogs while version 2.1 of file a/b ends\n";
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      Redaction redaction = knowing(secret(random), "correct-horse-battery-staple");
      String text =
          IntStream.range(0, 60)
              .mapToObj(n -> words.split(" ", -1)[random.nextInt(16)])
              .collect(Collectors.joining(" "));

      assertThat(redaction.clean(text)).isEqualTo(text);
      assertThat(redaction.conceal("a battery-staple")).isEqualTo("a battery-staple");
    }
  }

  @Test
  void changesNothingMoreTheSecondTime() {
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String secret = secret(random);
      String text =
          characters(random, "@#!<>[]()-fixes clod \u202e\u001b[3m\n12", 200)
              + secret
              + " fixes #1 ![](x) <img> <!-- @a -->";
      Redaction redaction = knowing(secret);
      String once = redaction.clean(text);

      assertThat(redaction.clean(once)).as("seed %d", seed).isEqualTo(once);
      assertThat(redaction.conceal(redaction.conceal(text))).isEqualTo(redaction.conceal(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ-",
        "eyJaaaaaaaaaa.",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "fixes ",
        "fixes\n\n\n",
        "close a/",
        "![",
        "<!--",
        "\u001b]",
        "\u001b[0",
        "@",
        "k0k1",
        "pat",
        "\n            ",
        "\u200b",
        "k\u00ad0",
        "%6b"
      })
  void goesThroughHostileTextInAMoment(String piece) {
    Redaction redaction =
        knowing("k0k1".repeat(10), "k0k1".repeat(9) + "x", "\n".repeat(3) + "kk 11");
    String text = piece.repeat((1 << 18) / piece.length());
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    redaction.clean(text);
    assertThat(Duration.ofNanos(clock.getCurrentThreadCpuTime() - start))
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void letsNothingOutThatItCannotCheck() {
    Redaction broken = knowing("a secret of mine");
    String unreadable = hostile();

    assertThatCode(() -> broken.clean(unreadable)).doesNotThrowAnyException();
    assertThat(broken.clean(unreadable)).isEqualTo(Redaction.WITHHELD);
    assertThat(broken.conceal(unreadable)).isEqualTo(Redaction.WITHHELD);
    assertThat(broken.note("key", unreadable, "whole").body()).isEqualTo(Redaction.WITHHELD);
  }

  @SuppressWarnings("NullAway")
  private static String hostile() {
    return null;
  }
}
