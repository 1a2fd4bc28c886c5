package dev.nightdesk.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** How a line is tied to the one before it. */
final class Chain {
  /** What the first line follows. */
  static final String BEGINNING = "0".repeat(64);

  private static final String PREVIOUS = ",\"prev_sha256\":\"";
  private static final String OWN = "\",\"sha256\":\"";
  private static final int TAIL = PREVIOUS.length() + 64 + OWN.length() + 64 + "\"}".length();

  private Chain() {}

  /**
   * What a line that has the form of a whole record says of itself.
   *
   * @param previous the hash of the line that it follows
   * @param sha256 its own hash
   */
  record Link(String previous, String sha256) {}

  /** A record's JSON as a line without its end. */
  static byte[] line(String json, String previous) {
    String front = json.substring(0, json.length() - 1) + PREVIOUS + previous + "\"";
    String sha256 = sha256(front.getBytes(StandardCharsets.UTF_8));
    return (front + OWN.substring(1) + sha256 + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  /** Empty for what is not a whole record. */
  static Optional<Link> read(byte[] line) {
    if (line.length <= TAIL || line[0] != '{') {
      return Optional.empty();
    }
    int start = line.length - TAIL;
    String tail = new String(line, start, TAIL, StandardCharsets.ISO_8859_1);
    String previous = tail.substring(PREVIOUS.length(), PREVIOUS.length() + 64);
    String sha256 = tail.substring(TAIL - 66, TAIL - 2);
    if (!tail.equals(PREVIOUS + previous + OWN + sha256 + "\"}")) {
      return Optional.empty();
    }
    return Optional.of(new Link(previous, sha256));
  }

  /** Whether a line has the hash that it says it has. */
  static boolean isIntact(byte[] line, Link link) {
    byte[] hashed = Arrays.copyOf(line, line.length - (OWN.length() - 1 + 64 + "\"}".length()));
    return sha256(hashed).equals(link.sha256());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
