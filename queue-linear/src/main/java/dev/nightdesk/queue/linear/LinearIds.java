package dev.nightdesk.queue.linear;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/** Linear's ids, and those that we make for it. */
final class LinearIds {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private LinearIds() {}

  /** Whether a text can be an id. An identifier such as ENG-12 is none: it changes with a move. */
  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** One that nothing has yet. */
  static String fresh() {
    return UUID.randomUUID().toString();
  }

  /** The id of the comment that an entry becomes: always the same, so that it is made once. */
  static String ofComment(String key) {
    ByteBuffer hash = ByteBuffer.wrap(sha256("nightdesk comment " + key));
    long high = (hash.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
    long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
