package dev.nightdesk.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * Who wrote a task or a comment, as the service knows them.
 *
 * @param id the stable id; never empty
 * @param login a name that belongs to nobody else in the service, by which a user may name the
 *     author in {@code WORKER_AUTHORS}; empty where names are free to choose
 * @param name a name that a person would recognise, never a proof of who it is
 * @param bot whether the service says that it is a bot or an app
 * @param relation the service's word for how the author is related to the queue, such as {@code
 *     MEMBER} or {@code NONE}; shown to a person, never a permission by itself
 */
public record Author(
    String id, Optional<String> login, String name, boolean bot, Optional<String> relation) {
  public Author {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an author needs an id");
    }
    Objects.requireNonNull(login);
    Objects.requireNonNull(name);
    Objects.requireNonNull(relation);
  }

  /** Where the service has no word for the relation. */
  public Author(String id, Optional<String> login, String name, boolean bot) {
    this(id, login, name, bot, Optional.empty());
  }
}
