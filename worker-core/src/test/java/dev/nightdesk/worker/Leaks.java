package dev.nightdesk.worker;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Somebody who reads a text and tries to get a secret out of it; knows nothing of Redaction. */
final class Leaks {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=!$&%:;,'()*@#? éß漢";
  private static final Pattern BASE64_RUN = Pattern.compile("[A-Za-z0-9+/]{6,}");

  private Leaks() {}

  record Case(String secret, String text) {}

  /** How the secret can be read from the text; empty where it cannot. */
  static Optional<String> of(String secret, String text) {
    String joined = text.replaceAll("\\r?\\n|[\\p{Cf}\\x{34f}\\x{fe00}]", "");
    if (joined.contains(secret)) {
      return Optional.of("as it is");
    }
    if (unescaped(joined).contains(secret)
        || unescaped(joined.replace('+', ' ')).contains(secret)) {
      return Optional.of("as a URL");
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (joined.toLowerCase(Locale.ROOT).contains(HexFormat.of().formatHex(bytes))) {
      return Optional.of("as hex");
    }
    String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean decoded =
        BASE64_RUN
            .matcher(joined.replace('-', '+').replace('_', '/'))
            .results()
            .map(MatchResult::group)
            .flatMap(run -> IntStream.range(0, 4).mapToObj(skip -> decode(run, skip)))
            .anyMatch(found -> found.contains(wanted));
    return decoded ? Optional.of("as base64") : Optional.empty();
  }

  private static String decode(String run, int skip) {
    String from = run.substring(skip);
    int length = from.length() % 4 == 1 ? from.length() - 1 : from.length();
    return new String(
        Base64.getDecoder().decode(from.substring(0, length)), StandardCharsets.ISO_8859_1);
  }

  private static String unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (text.substring(i, Math.min(i + 3, text.length())).matches("%[0-9A-Fa-f]{2}")) {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 3;
      } else {
        int character = text.codePointAt(i);
        bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(character);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** A text with a secret in it, in one form or another. */
  static Case random(long seed) {
    Random random = new Random(seed);
    String secret = "s" + characters(random, 6 + random.nextInt(90)) + "t";
    String inner = characters(random, random.nextInt(5)) + secret + characters(random, 9);
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    byte[] around = inner.getBytes(StandardCharsets.UTF_8);
    List<String> forms =
        List.of(
            secret,
            URLEncoder.encode(secret, StandardCharsets.UTF_8),
            URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"),
            HexFormat.of().formatHex(bytes),
            HexFormat.of().withUpperCase().formatHex(bytes),
            Base64.getEncoder().encodeToString(around),
            Base64.getUrlEncoder().withoutPadding().encodeToString(around),
            Base64.getMimeEncoder().encodeToString(around));
    String form = forms.get(random.nextInt(forms.size()));
    return new Case(
        secret,
        characters(random, random.nextInt(60)) + "\n" + form + "\n" + characters(random, 40));
  }

  private static String characters(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> String.valueOf(ALPHABET.charAt(random.nextInt(ALPHABET.length()))))
        .collect(Collectors.joining());
  }
}
