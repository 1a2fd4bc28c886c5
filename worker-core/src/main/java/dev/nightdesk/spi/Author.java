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
 */
public record Author(String id, Optional<String> login, String name, boolean bot) {
  public Author {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an author needs an id");
    }
    Objects.requireNonNull(login);
    Objects.requireNonNull(name);
  }
}
