package dev.nightdesk.spi;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Where an adapter is opened: whose it is, and where it may keep files.
 *
 * @param worker the worker's name
 * @param home {@code NIGHTDESK_HOME}, absolute; an adapter keeps files in a folder of its own there
 * @param clock the time to use, which tests can set
 */
public record Desk(String worker, Path home, InstantSource clock) {
  public Desk {
    Objects.requireNonNull(worker);
    Objects.requireNonNull(clock);
    home = home.toAbsolutePath().normalize();
  }
}
