package dev.nightdesk.gate;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The kill switch of a home. */
public final class StopFile {
  private StopFile() {}

  /** Also where that cannot be told: a switch that cannot be read is on. */
  public static boolean isThere(Path file) {
    return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
