package dev.nightdesk.queue.github;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The private key of a GitHub App, and the short-lived proof of being that App. */
final class AppKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

  /** Version 0 and the name of RSA, as they stand before the key in PKCS#8. */
  private static final byte[] RSA = {
    2, 1, 0, 48, 13, 6, 9, 42, (byte) 0x86, 72, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
  };

  private final PrivateKey key;

  private AppKey(PrivateKey key) {
    this.key = key;
  }

  /**
   * Reads what GitHub gives as a file (PKCS#1), or what openssl makes of it (PKCS#8).
   *
   * @throws IllegalArgumentException with what was expected; it never quotes the text
   */
  static AppKey parse(String pem) {
    Matcher found = PEM.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException("expected a private key in PEM form, as GitHub gives it");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(2));
      byte[] pkcs8 = found.group(1) == null ? der : sequence(join(RSA, tagged(4, der)));
      return new AppKey(
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    } catch (GeneralSecurityException | IllegalArgumentException unfit) {
      throw new IllegalArgumentException("expected an RSA private key in PEM form");
    }
  }

  private static byte[] sequence(byte[] content) {
    return tagged(48, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    byte[] head =
        content.length < 128
            ? new byte[] {(byte) tag, (byte) content.length}
            : new byte[] {
              (byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length
            };
    return join(head, content);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /**
   * A JSON web token that GitHub accepts for ten minutes, from a clock that may be a little off.
   */
  String proof(String app, Instant now) {
    String claims =
        "{\"iat\":%d,\"exp\":%d,\"iss\":\"%s\"}"
            .formatted(
                now.minus(Duration.ofMinutes(1)).getEpochSecond(),
                now.plus(Duration.ofMinutes(8)).getEpochSecond(),
                app);
    String text = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java signs with RSA", e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
