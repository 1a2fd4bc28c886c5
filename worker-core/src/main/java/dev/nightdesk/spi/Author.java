package dev.nightdesk.spi;

import java.util.Objects;

/**
 * Who wrote a task or a comment, as the service knows them.
 *
 * @param id the stable id; never empty
 * @param name a name or login that a person would recognise, or the id where there is none
 * @param bot whether the service says that it is a bot or an app
 */
public record Author(String id, String name, boolean bot) {
  public Author {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an author needs an id");
    }
    Objects.requireNonNull(name);
  }
}
