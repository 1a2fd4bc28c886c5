package dev.nightdesk.worker;

import dev.nightdesk.spi.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is approved by starting a task: the words that the agent will read. */
final class Approval {
  private Approval() {}

  static String hash(Task task) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(task.title().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(task.description().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
