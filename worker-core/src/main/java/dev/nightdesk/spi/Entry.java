package dev.nightdesk.spi;

import java.net.URI;
import java.util.Objects;

/**
 * One write to a task in a queue. Each carries a key that is unique for ever, so that writing it
 * again changes nothing.
 */
public sealed interface Entry {

  /** The key, at most 80 characters of {@code [A-Za-z0-9:._-]}. */
  String key();

  /**
   * A comment. The body is already free of secrets, mentions and foreign markers; the adapter cuts
   * it to the service's size and hides the key in it where the service has no better place.
   *
   * @param key the key
   * @param body Markdown, of any length
   * @param whereWhole what to say in place of what was cut off, e.g. where the whole text is
   */
  record Note(String key, String body, String whereWhole) implements Entry {
    public Note {
      Objects.requireNonNull(key);
      Objects.requireNonNull(body);
      Objects.requireNonNull(whereWhole);
    }
  }

  /**
   * A move: label, status or state, whatever the queue has for it. Labels that people gave stay.
   *
   * @param key the key
   * @param to where the task shall stand; {@link Standing#CLOSED} is never asked for
   */
  record Move(String key, Standing to) implements Entry {
    public Move {
      Objects.requireNonNull(key);
      if (to == Standing.CLOSED) {
        throw new IllegalArgumentException("only a person closes a task");
      }
    }
  }

  /**
   * A link to something outside the queue; a comment line where the service has no links.
   *
   * @param key the key
   * @param target where it leads
   * @param title what it is called
   */
  record Link(String key, URI target, String title) implements Entry {
    public Link {
      Objects.requireNonNull(key);
      Objects.requireNonNull(target);
      Objects.requireNonNull(title);
    }
  }
}
