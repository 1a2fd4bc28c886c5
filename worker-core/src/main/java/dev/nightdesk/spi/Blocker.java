package dev.nightdesk.spi;

import java.util.Objects;

/**
 * Another task that must be finished first. Only unfinished ones are reported.
 *
 * @param id the other task's id
 * @param title its title, or its id where the title is not known
 */
public record Blocker(String id, String title) {
  public Blocker {
    Objects.requireNonNull(id);
    Objects.requireNonNull(title);
  }
}
