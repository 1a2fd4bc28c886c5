package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String SECRET = "p4ss/w0rd+of~the desk!";
  private static final Redaction REDACTION = knowing(SECRET);

  private static Redaction knowing(String... secrets) {
    return new Redaction(Stream.of(secrets).map(Secret::of).toList());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void concealsASecretAsItIs() {
    assertThat(REDACTION.conceal("key=" + SECRET + ";")).isEqualTo("key=[redacted];");
    assertThat(REDACTION.clean(SECRET + SECRET)).isEqualTo("[redacted][redacted]");
  }

  @Test
  void concealsASecretInEveryUrlForm() {
    String form = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    List<String> forms =
        List.of(
            form,
            form.toLowerCase(Locale.ROOT),
            form.replace("+", "%20"),
            "p4ss%2Fw0rd%2Bof~the%20desk!",
            "p4ss/w0rd%2bof%7Ethe desk%21");
    for (String one : forms) {
      assertThat(REDACTION.conceal("?a=" + one + "&b=1")).isEqualTo("?a=[redacted]&b=1");
    }
  }

  @Test
  void concealsASecretInHexOfBothCases() {
    String hex = HexFormat.of().formatHex(bytes(SECRET));

    assertThat(REDACTION.conceal("0x" + hex)).isEqualTo("0x[redacted]");
    assertThat(REDACTION.conceal(hex.toUpperCase(Locale.ROOT))).isEqualTo("[redacted]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab", "abc", "user:"})
  void concealsASecretInsideOfBase64(String before) {
    String text = before + SECRET + ", and more";
    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      String concealed = REDACTION.conceal(encoder.encodeToString(bytes(text)));

      assertThat(concealed).contains("[redacted]");
      assertThat(Leaks.of(SECRET, concealed)).isEmpty();
    }
  }

  @Test
  void concealsWhatAToolBreaksIntoLines() {
    String key = "k".repeat(20) + "0123456789".repeat(8);
    Redaction redaction = knowing(key);
    String hex = HexFormat.of().formatHex(bytes(key));
    List<String> wrapped =
        List.of(
            key.substring(0, 79) + "\n" + key.substring(79),
            Base64.getMimeEncoder().encodeToString(bytes(key)),
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes(key)),
            hex.substring(0, 60) + "\n" + hex.substring(60, 120) + "\n" + hex.substring(120));
    for (String one : wrapped) {
      assertThat(Leaks.of(key, redaction.conceal(one))).isEmpty();
      assertThat(redaction.conceal(one)).contains("[redacted]");
    }
  }

  @Test
  void concealsASecretOfSeveralLines() {
    Redaction redaction = knowing("first line\r\nsecond line\r\n");

    assertThat(redaction.conceal("a first line\r\nsecond line\r\n b"))
        .isEqualTo("a [redacted]\n b");
    assertThat(redaction.conceal("a first line\nsecond line")).isEqualTo("a [redacted]");
  }

  @Test
  void concealsALongerSecretBeforeItsBeginning() {
    assertThat(knowing("abcdef", "abcdef-ghijkl").conceal("abcdef-ghijkl abcdef"))
        .isEqualTo("[redacted] [redacted]");
  }

  @Test
  void findsASecretBehindControlCharacters() {
    assertThat(knowing("hunter2-hunter2").conceal("hun\u001b[31mter2\u0000-hunt\u202eer2"))
        .isEqualTo("[redacted]");
  }

  @Test
  void leavesTextAloneThatOnlyLooksLikeAShortValue() {
    assertThat(knowing("12345", "", "  \n").conceal("12345 times")).isEqualTo("12345 times");
    assertThat(knowing(" 123456\n").conceal("123456 times")).isEqualTo("[redacted] times");
  }

  @ParameterizedTest
  @CsvSource({
    "sk-, 40",
    "ghp_, 36",
    "ghr_, 40",
    "ghs_, 36",
    "github_pat_, 60",
    "lin_api_, 40",
    "xoxb-, 24",
    "AKIA, 16",
    "AIza, 35"
  })
  void concealsWhatHasTheShapeOfAToken(String prefix, int length) {
    String token = prefix + "A1B2C3D4".repeat(10).substring(0, length);

    assertThat(knowing().conceal("token " + token + " ends")).isEqualTo("token [redacted] ends");
    assertThat(knowing().conceal("token " + prefix + " ends")).contains(prefix);
  }

  @Test
  void concealsKeysAndSignedTokens() {
    String key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
    String jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N";
    String airtable = "pat" + "A1b2C3d4E5f6G7" + "." + "0a".repeat(32);

    assertThat(knowing().conceal("a " + key + " b " + jwt + " c " + airtable))
        .isEqualTo("a [redacted] b [redacted] c [redacted]");
    assertThat(knowing().conceal(key.substring(0, 38))).isEqualTo("[redacted]");
  }

  @Test
  void losesNoKnownFormInRandomText() {
    IntStream.range(0, 400)
        .forEach(seed -> {
          Leaks.Case one = Leaks.random(seed);
          String concealed = knowing(one.secret()).conceal(one.text());
          assertThat(Leaks.of(one.secret(), one.text()))
              .as("seed %d hides nothing", seed)
              .isPresent();
          assertThat(Leaks.of(one.secret(), concealed)).as("seed %d", seed).isEmpty();
          assertThat(Leaks.of(one.secret(), knowing(one.secret()).clean(one.text())))
              .as("seed %d, cleaned", seed)
              .isEmpty();
        });
  }

  @Test
  void goesThroughAMegabyteForManySecrets() {
    String[] secrets =
        IntStream.range(0, 10).mapToObj(n -> (n + "-secret-").repeat(5)).toArray(String[]::new);
    String text = "An ordinary line of text, with a @ and <!-- in it.\n".repeat(20_000);

    String clean = knowing(secrets).clean(text + secrets[9] + text);
    assertThat(clean).contains("\n[redacted]An ordinary").doesNotContain("<!--");
    assertThat(knowing(secrets).clean("<!--\u001b]@#-\n".repeat(80_000))).doesNotContain("<!--");
  }
}
